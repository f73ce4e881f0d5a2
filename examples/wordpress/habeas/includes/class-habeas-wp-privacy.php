<?php
/**
 * The privacy tools of WordPress: exporter, eraser, and requests with their time limits.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\RequestKind;

/**
 * Core's contract on one side, the store on the other.
 */
final class Habeas_WP_Privacy {

	const META = '_habeas_request';

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_filter( 'wp_privacy_personal_data_exporters', array( __CLASS__, 'exporters' ), 20 );
		add_filter( 'wp_privacy_personal_data_erasers', array( __CLASS__, 'erasers' ), 20 );
		add_action( 'user_request_action_confirmed', array( __CLASS__, 'confirmed' ), 20 );
		add_action( 'transition_post_status', array( __CLASS__, 'completed' ), 20, 3 );
		add_action( 'wp_privacy_personal_data_erased', array( __CLASS__, 'erased' ), 100 );
		add_action( 'admin_init', array( __CLASS__, 'policy' ) );
	}

	/**
	 * Adds ours.
	 *
	 * @param array<string, array<string, mixed>> $exporters Of core and of other plugins.
	 * @return array<string, array<string, mixed>>
	 */
	public static function exporters( $exporters ) {
		$exporters['habeas'] = array(
			'exporter_friendly_name' => __( 'Consents, requests and orders', 'habeas' ),
			'callback'               => array( __CLASS__, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Adds ours.
	 *
	 * @param array<string, array<string, mixed>> $erasers Of core and of other plugins.
	 * @return array<string, array<string, mixed>>
	 */
	public static function erasers( $erasers ) {
		$erasers['habeas'] = array(
			'eraser_friendly_name' => __( 'Consents, requests and orders', 'habeas' ),
			'callback'             => array( __CLASS__, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * One page of what the store and the orders have: first the person, then the ledger, then the orders.
	 *
	 * @param string $email Whose.
	 * @param int    $page  From 1.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function export( $email, $page = 1 ) {
		wp_raise_memory_limit( 'admin' ); // Core gathers all pages in memory.
		$page  = max( 1, (int) $page );
		$items = array();
		$size  = Habeas_WP_Holder::PAGE;
		try {
			$store   = Habeas_WP_Store::get();
			$subject = Habeas_WP_Store::subject( $email );
			$events  = array();
			if ( null !== $subject ) {
				if ( 1 === $page ) { // Logged as a disclosure before anything is handed out.
					$store->exports->json( $subject, null, 'data subject, by the tools of WordPress' );
					$items[] = self::item( 'habeas-person', __( 'Profile', 'habeas' ), 'habeas-person', self::profile( $subject ) );
				}
				$events = iterator_to_array( $store->query( "SELECT id, kind, purpose, channel, effective_at, evidence FROM v_event WHERE subject_id = ? AND kind <> 'disclosed' ORDER BY id LIMIT ? OFFSET ?", array( $subject, $size, ( $page - 1 ) * $size ) ), false );
				foreach ( $events as $event ) {
					$items[] = self::item( 'habeas-ledger', __( 'What you agreed to and asked for', 'habeas' ), 'habeas-event-' . $event['id'], self::event( $event ) );
				}
			}
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			return new WP_Error( 'habeas', __( 'habeas: the store could not be read. Open the settings of habeas for the reason.', 'habeas' ) );
		}
		$orders = Habeas_WP_Holder::orders( $email, $size, ( $page - 1 ) * $size );
		foreach ( $orders as $id ) {
			$items[] = self::item( 'habeas-orders', __( 'Orders', 'habeas' ), 'habeas-order-' . $id, Habeas_WP_Holder::order( $id ) );
		}
		return array(
			'data' => $items,
			'done' => count( $events ) < $size && count( $orders ) < $size,
		);
	}

	/**
	 * In the shape of core.
	 *
	 * @param string                $group Its id.
	 * @param string                $label Of the group.
	 * @param string                $id    Of the item.
	 * @param array<string, string> $data  Name and value.
	 * @return array<string, mixed>
	 */
	private static function item( $group, $label, $id, array $data ) {
		$rows = array();
		foreach ( $data as $name => $value ) {
			$rows[] = array(
				'name'  => (string) $name,
				'value' => esc_html( (string) $value ),
			);
		}
		return array(
			'group_id'    => $group,
			'group_label' => $label,
			'item_id'     => $id,
			'data'        => $rows,
		);
	}

	/**
	 * Fields and identifiers.
	 *
	 * @param int $subject Whose.
	 * @return array<string, string>
	 */
	private static function profile( $subject ) {
		$found = Habeas_WP_Store::get()->subjects->get( $subject );
		$out   = array( __( 'Number', 'habeas' ) => (string) $found->id );
		foreach ( $found->identifiers as $each ) {
			$out[ $each['kind'] ] = $each['value'];
		}
		foreach ( $found->fields as $name => $value ) {
			if ( null !== $value && '' !== $value ) {
				$out[ $name ] = is_scalar( $value ) ? (string) $value : (string) wp_json_encode( $value );
			}
		}
		return $out;
	}

	/**
	 * One entry of the ledger.
	 *
	 * @param array<string, mixed> $event Of the view v_event.
	 * @return array<string, string>
	 */
	private static function event( array $event ) {
		$out = array(
			__( 'What', 'habeas' )    => $event['kind'],
			__( 'Purpose', 'habeas' ) => (string) $event['purpose'],
			__( 'Channel', 'habeas' ) => (string) $event['channel'],
			__( 'When', 'habeas' )    => gmdate( 'c', intdiv( (int) $event['effective_at'], 1000 ) ),
		);
		if ( is_string( $event['evidence'] ) && '' !== $event['evidence'] && '{}' !== $event['evidence'] ) {
			$out[ __( 'Evidence', 'habeas' ) ] = $event['evidence'];
		}
		return array_filter( $out, 'strlen' );
	}

	/**
	 * Orders first, some each page and from the front; then the store in one transaction. Begun again from page 1 it goes
	 * on where it was.
	 *
	 * @param string $email Whose.
	 * @param int    $page  From 1; how far it is, is known without it.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function erase( $email, $page = 1 ) {
		unset( $page );
		$answer = array(
			'items_removed'  => false,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
		$orders = Habeas_WP_Holder::anonymise_orders( $email, Habeas_WP_Holder::PAGE );
		if ( $orders > 0 ) {
			$answer['items_removed']  = true;
			$answer['items_retained'] = true;
			$answer['messages'][]     = sprintf(
				/* translators: 1: a number, 2: legal ground, 3: a date */
				_n( '%1$d order was anonymised; what is left of it is kept until %3$s (%2$s).', '%1$d orders were anonymised; what is left of them is kept until %3$s (%2$s).', $orders, 'habeas' ),
				$orders,
				Habeas_WP_Settings::get( 'order_ground' ),
				Habeas_WP_Holder::kept_until()
			);
			if ( Habeas_WP_Holder::PAGE === $orders ) {
				$answer['done'] = false;
				return $answer;
			}
		}
		try {
			$store   = Habeas_WP_Store::get();
			$subject = Habeas_WP_Store::subject( $email );
			if ( null === $subject ) {
				return $answer;
			}
			foreach ( $store->holders->holds( $subject, true ) as $hold ) {
				/* translators: %s: legal ground */
				$answer['messages'][]     = sprintf( __( 'Nothing in the store was erased: a hold is in force (%s).', 'habeas' ), $hold['ground'] );
				$answer['items_retained'] = true;
			}
			if ( array() !== $store->holders->holds( $subject, true ) ) {
				return $answer;
			}
			$store->erasures->execute( $subject );
			$answer['items_removed']  = true;
			$answer['items_retained'] = true;
			$answer['messages'][]     = __( 'Kept of the store: keyed hashes of the address, so that no import and no backup brings the person back (GDPR 21(3)), and the erasure itself without a name (GDPR 5(2)).', 'habeas' );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			return new WP_Error( 'habeas', __( 'habeas: the store could not erase. Nothing is lost; start the erasure again.', 'habeas' ) );
		}
		return $answer;
	}

	/**
	 * The time limit runs from here (art. 12(3)).
	 *
	 * @param int $request_id Of WordPress.
	 */
	public static function confirmed( $request_id ) {
		$request = wp_get_user_request( $request_id );
		$kinds   = array(
			'export_personal_data' => RequestKind::Access,
			'remove_personal_data' => RequestKind::Erasure,
		);
		if ( ! $request || ! isset( $kinds[ $request->action_name ] ) || get_post_meta( $request_id, self::META, true ) ) {
			return;
		}
		try {
			$store  = Habeas_WP_Store::get();
			$number = $store->requests->openFor( $kinds[ $request->action_name ], 'email', $request->email, 'wordpress' );
			if ( in_array( $store->requests->get( $number )['state'], array( 'received', 'identity_asked' ), true ) ) {
				$store->requests->vouch( $number, 'link of WordPress request ' . $request_id );
			}
			update_post_meta( $request_id, self::META, $number );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
		}
	}

	/**
	 * A copy has been handed out: WordPress says so by the state of its request.
	 *
	 * @param string  $new_status Of the post.
	 * @param string  $old_status Before.
	 * @param WP_Post $post       The request.
	 */
	public static function completed( $new_status, $old_status, $post ) {
		if ( 'user_request' === $post->post_type && 'export_personal_data' === $post->post_name && 'request-completed' === $new_status && $new_status !== $old_status ) {
			self::close( $post->ID );
		}
	}

	/**
	 * All erasers have been: the holder is asked, the request is closed, and what WordPress keeps of its own requests
	 * loses the address (core has sent its last mail by now).
	 *
	 * @param int $request_id Of WordPress.
	 */
	public static function erased( $request_id ) {
		$request = wp_get_user_request( $request_id );
		self::close( $request_id );
		if ( ! $request || ! is_email( $request->email ) ) {
			return;
		}
		Habeas_WP_Holder::forget_kept( $request->email );
		global $wpdb;
		$all = $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM {$wpdb->posts} WHERE post_type = 'user_request' AND post_title = %s", $request->email ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery
		foreach ( $all as $id ) {
			$file = get_post_meta( $id, '_export_file_name', true );
			if ( is_string( $file ) && '' !== $file ) {
				wp_delete_file( wp_privacy_exports_dir() . wp_basename( $file ) );
			}
			foreach ( array( '_export_file_name', '_export_file_path', '_export_file_url', '_export_data_raw', '_export_data_grouped' ) as $key ) {
				delete_post_meta( $id, $key );
			}
			$wpdb->update( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- wp_update_post() would keep the old slug.
				$wpdb->posts,
				array(
					'post_title'  => wp_privacy_anonymize_data( 'email', $request->email ),
					'post_author' => 0,
				),
				array( 'ID' => $id )
			);
			clean_post_cache( (int) $id );
		}
	}

	/**
	 * Closes the request of the store that belongs to one of WordPress.
	 *
	 * @param int $request_id Of WordPress.
	 */
	private static function close( $request_id ) {
		$number = (int) get_post_meta( $request_id, self::META, true );
		try {
			$store = Habeas_WP_Store::get();
			$store->holders->run();
			if ( $number > 0 && null === $store->requests->get( $number )['closed_at'] ) {
				$store->requests->fulfil( $number, 'WordPress request ' . $request_id );
			}
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
		}
	}

	/**
	 * What the privacy policy guide suggests.
	 */
	public static function policy() {
		wp_add_privacy_policy_content(
			'habeas',
			'<p>' . esc_html__( 'We keep what you agreed to, when and in which words, so that we can prove it (GDPR art. 7(1)). You may ask for a copy, for correction and for deletion by the form on this website; we answer within one month. After a deletion we keep only keyed hashes of your address, so that nobody writes to you again.', 'habeas' ) . '</p>'
		);
	}
}
