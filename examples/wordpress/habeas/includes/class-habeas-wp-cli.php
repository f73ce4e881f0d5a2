<?php
/**
 * Commands for WP-CLI.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\Channel;

/**
 * Consent, requests and erasure.
 */
final class Habeas_WP_CLI {

	/**
	 * Does what is due: erasures, holders, retention, mail, reminders.
	 */
	public function tick() {
		WP_CLI::line( (string) wp_json_encode( Habeas_WP_Cron::tick(), JSON_PRETTY_PRINT ) );
	}

	/**
	 * Says whether somebody may be written to, and why.
	 *
	 * ## OPTIONS
	 *
	 * <email>
	 * : The address.
	 *
	 * <purpose>
	 * : Its code.
	 *
	 * @param list<string> $args Of the command line.
	 */
	public function decide( $args ) {
		$subject = Habeas_WP_Store::subject( $args[0] );
		if ( null === $subject ) {
			WP_CLI::error( 'Nobody here has this address.' );
		}
		$said = Habeas_WP_Store::get()->decisions->explain( $subject, $args[1], Channel::Email );
		WP_CLI::line( ( $said['allowed'] ? 'allowed' : 'denied' ) . ' ' . $said['reason'] . ' ' . $said['reference'] );
		WP_CLI::line( $said['summary'] );
	}

	/**
	 * Lists open requests, the most urgent first.
	 */
	public function requests() {
		foreach ( Habeas_WP_Store::get()->requests->all(
			array(
				'open_only'  => true,
				'by_urgency' => true,
			)
		) as $each ) {
			WP_CLI::line( $each['request'] . "\t" . $each['kind'] . "\t" . $each['state'] . "\t" . $each['due'] );
		}
	}

	/**
	 * Checks the whole store.
	 */
	public function verify() {
		WP_CLI::line( (string) wp_json_encode( Habeas_WP_Store::get()->verify(), JSON_PRETTY_PRINT ) );
	}

	/**
	 * Says which way to the library works here.
	 */
	public function diagnose() {
		WP_CLI::line( Habeas\Diagnostics::report( Habeas_WP_Store::options() ) );
	}
}
