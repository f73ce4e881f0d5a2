<?php
/**
 * What has to be done now and then.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

/**
 * The tick.
 */
final class Habeas_WP_Cron {

	const HOOK = 'habeas_tick';

	/**
	 * Registers the event.
	 */
	public static function hooks() {
		add_action( self::HOOK, array( __CLASS__, 'tick' ) );
	}

	/**
	 * On activation.
	 */
	public static function start() {
		if ( ! wp_next_scheduled( self::HOOK ) ) {
			wp_schedule_event( time() + MINUTE_IN_SECONDS, 'hourly', self::HOOK );
		}
	}

	/**
	 * On deactivation.
	 */
	public static function stop() {
		wp_clear_scheduled_hook( self::HOOK );
	}

	/**
	 * Finishes erasures, asks holders again, deletes what is past its time, sends mail, reminds of requests.
	 *
	 * @return array<string, mixed> What was done.
	 */
	public static function tick() {
		$done = array();
		try {
			Habeas_WP_Holder::forget_kept();
			$store             = Habeas_WP_Store::get();
			$done['tick']      = $store->tick();
			$done['holders']   = $store->holders->run();
			$done['retention'] = $store->retention->run();
			$done['mail']      = $store->outbox->send( new Habeas_WP_Mail() );
			$done['reminded']  = $store->requests->remind( array( __CLASS__, 'remind' ), 7 );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			$done['failed'] = get_class( $error ) . ': ' . $error->getMessage();
		}
		return $done;
	}

	/**
	 * Tells the administrator, without a name.
	 *
	 * @param array<string, mixed> $request Schema request.
	 */
	public static function remind( array $request ) {
		wp_mail(
			get_option( 'admin_email' ),
			/* translators: 1: number of a request, 2: a date */
			sprintf( __( 'Request %1$d is due on %2$s', 'habeas' ), $request['request'], $request['due'] ),
			admin_url( 'admin.php?page=habeas-requests' )
		);
	}
}
