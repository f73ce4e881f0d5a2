<?php
/**
 * What WordPress itself keeps of a person: accounts, comments and orders, as a data holder of the store.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\Operation;
use Habeas\Store;

/**
 * Exports and erases; doing it twice is the same as doing it once.
 */
final class Habeas_WP_Holder {

	const CODE = 'wordpress';
	const KEPT = 'habeas_kept';

	/**
	 * Rows a page.
	 */
	const PAGE = 500;

	/**
	 * Meta of an order that names the buyer, and what comes in its place.
	 */
	const ORDER_META = array(
		'_billing_first_name'  => '[deleted]',
		'_billing_last_name'   => '[deleted]',
		'_billing_company'     => '',
		'_billing_address_1'   => '[deleted]',
		'_billing_address_2'   => '',
		'_billing_phone'       => '',
		'_shipping_first_name' => '[deleted]',
		'_shipping_last_name'  => '[deleted]',
		'_shipping_address_1'  => '[deleted]',
		'_shipping_address_2'  => '',
		'_customer_ip_address' => '0.0.0.0',
		'_customer_user_agent' => '',
		'_customer_user'       => '0',
	);

	/**
	 * Declares the holder and answers for it.
	 *
	 * @param Store $store Open.
	 */
	public static function attach( Store $store ) {
		if ( ! get_option( 'habeas_holder' ) ) {
			$store->holders->define(
				array(
					'code'       => self::CODE,
					'operations' => array( 'export', 'erase' ),
					'labels'     => array(
						'en' => 'Accounts, comments and orders of the website',
						'de' => 'Konten, Kommentare und Bestellungen der Website',
					),
				)
			);
			update_option( 'habeas_holder', $store->info()['id'] );
		}
		try {
			$store->holders->attach( self::CODE, array( __CLASS__, 'answer' ), array( Operation::from( 'export' ), Operation::from( 'erase' ) ) );
		} catch ( Habeas\Exception\NotFoundException $error ) { // Another store than before.
			delete_option( 'habeas_holder' );
			self::attach( $store );
		}
	}

	/**
	 * Schemas holder_call and holder_answer.
	 *
	 * @param array<string, mixed> $call What is asked.
	 * @return array<string, mixed>|null
	 */
	public static function answer( array $call ) {
		$emails = array();
		foreach ( $call['document']['identifiers'] as $each ) {
			if ( 'email' === $each['kind'] ) {
				$emails[] = $each['normal'];
				$emails[] = $each['typed'];
			}
		}
		$emails = array_unique( array_filter( $emails, 'is_email' ) );
		if ( 'export' === $call['operation'] ) {
			return self::export( $emails );
		}
		$rows     = array();
		$retained = array();
		foreach ( $emails as $email ) {
			do {
				$orders = self::anonymise_orders( $email, self::PAGE );
				self::add( $rows, 'orders', $orders );
			} while ( self::PAGE === $orders );
			self::add( $retained, 'orders', self::kept( $email ) );
			self::add( $rows, 'comments', self::anonymise_comments( $email ) );
			$account = self::erase_account( $email );
			self::add( $rows, 'accounts', 'deleted' === $account ? 1 : 0 );
			self::add( $retained, 'account', 'kept' === $account ? 1 : 0 );
		}
		$answer = array();
		foreach ( $rows as $place => $count ) {
			$answer['rows'][] = array(
				'place' => $place,
				'rows'  => $count,
			);
		}
		if ( isset( $retained['orders'] ) ) {
			$answer['retained'][] = array(
				'place'  => 'orders without name, address and e-mail',
				'rows'   => $retained['orders'],
				'ground' => Habeas_WP_Settings::get( 'order_ground' ),
				'until'  => self::kept_until(),
			);
		}
		if ( isset( $retained['account'] ) ) {
			$answer['retained'][] = array(
				'place'  => 'account of an author or of the staff',
				'rows'   => $retained['account'],
				'ground' => 'GDPR 17(1): the account is in use; an administrator decides',
			);
		}
		return $answer;
	}

	/**
	 * Until when an order of today is kept: the end of the year, and the years of the settings.
	 *
	 * @return string
	 */
	public static function kept_until() {
		return ( (int) gmdate( 'Y' ) + (int) Habeas_WP_Settings::get( 'order_years' ) ) . '-12-31';
	}

	/**
	 * Sums up.
	 *
	 * @param array<string, int> $sums  By place.
	 * @param string             $place Where.
	 * @param int                $count How many.
	 */
	private static function add( array &$sums, $place, $count ) {
		if ( $count > 0 ) {
			$sums[ $place ] = ( $sums[ $place ] ?? 0 ) + $count;
		}
	}

	/**
	 * What the holder has, for an access bundle.
	 *
	 * @param list<string> $emails Of the person.
	 * @return array<string, mixed>|null
	 */
	private static function export( array $emails ) {
		$data = array();
		foreach ( $emails as $email ) {
			$user = get_user_by( 'email', $email );
			if ( $user ) {
				$data['accounts'][] = array(
					'login'      => $user->user_login,
					'name'       => $user->display_name,
					'registered' => $user->user_registered,
				);
			}
			foreach ( get_comments( array( 'author_email' => $email ) ) as $comment ) {
				$data['comments'][] = array(
					'date' => $comment->comment_date_gmt,
					'text' => $comment->comment_content,
				);
			}
			foreach ( self::orders( $email, PHP_INT_MAX, 0 ) as $id ) {
				$data['orders'][] = self::order( $id );
			}
		}
		return array() === $data ? null : array( 'data' => $data );
	}

	/**
	 * Numbers of the person's orders, in order.
	 *
	 * @param string $email  Of the buyer.
	 * @param int    $limit  At most so many.
	 * @param int    $offset Leaves out the first.
	 * @return list<int>
	 */
	public static function orders( $email, $limit, $offset ) {
		global $wpdb;
		return array_map(
			'intval',
			$wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- no function of WordPress finds 5,000 of them in bounded time.
				$wpdb->prepare(
					"SELECT p.ID FROM {$wpdb->posts} p JOIN {$wpdb->postmeta} m ON m.post_id = p.ID WHERE p.post_type = 'shop_order' AND m.meta_key = '_billing_email' AND m.meta_value = %s ORDER BY p.ID LIMIT %d OFFSET %d",
					$email,
					$limit,
					$offset
				)
			)
		);
	}

	/**
	 * What an order says of the buyer.
	 *
	 * @param int $id Of the order.
	 * @return array<string, string>
	 */
	public static function order( $id ) {
		$out = array( 'order' => (string) $id );
		foreach ( array_merge( array( '_billing_email', '_order_total' ), array_keys( self::ORDER_META ) ) as $key ) {
			$value = get_post_meta( $id, $key, true );
			if ( is_scalar( $value ) && '' !== (string) $value ) {
				$out[ ltrim( $key, '_' ) ] = (string) $value;
			}
		}
		return $out;
	}

	/**
	 * Takes the person out of the first orders that still name them; what the law keeps stays.
	 *
	 * @param string $email Of the buyer.
	 * @param int    $limit At most so many.
	 * @return int How many.
	 */
	public static function anonymise_orders( $email, $limit ) {
		$ids = self::orders( $email, $limit, 0 );
		if ( array() !== $ids ) {
			global $wpdb;
			$list = implode( ',', $ids ); // Integers.
			foreach ( self::ORDER_META as $key => $value ) {
				$wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->postmeta} SET meta_value = %s WHERE meta_key = %s AND post_id IN ($list)", $value, $key ) ); // phpcs:ignore WordPress.DB
			}
			// The address goes last: it is what finds an order again after a fault.
			$wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->postmeta} SET meta_value = %s WHERE meta_key = '_billing_email' AND post_id IN ($list)", 'deleted@site.invalid' ) ); // phpcs:ignore WordPress.DB
			foreach ( $ids as $id ) {
				wp_cache_delete( $id, 'post_meta' );
			}
			$kept         = get_option( self::KEPT, array() );
			$key          = self::key( $email );
			$kept[ $key ] = array( ( $kept[ $key ][0] ?? 0 ) + count( $ids ), time() );
			update_option( self::KEPT, $kept, false );
		}
		return count( $ids );
	}

	/**
	 * How many orders of theirs were anonymised, by the eraser or by the holder, whichever came first. Known until the
	 * request is closed, by a keyed hash.
	 *
	 * @param string $email Of the buyer.
	 * @return int
	 */
	public static function kept( $email ) {
		return (int) ( get_option( self::KEPT, array() )[ self::key( $email ) ][0] ?? 0 );
	}

	/**
	 * Forgets that, and what is older than a quarter of a year.
	 *
	 * @param string $email Of the buyer; empty: only what is old.
	 */
	public static function forget_kept( $email = '' ) {
		$kept = get_option( self::KEPT, array() );
		$left = array_filter( $kept, static fn( $each ) => $each[1] > time() - 90 * DAY_IN_SECONDS );
		unset( $left[ self::key( $email ) ] );
		if ( $left !== $kept ) {
			update_option( self::KEPT, $left, false );
		}
	}

	/**
	 * A keyed hash.
	 *
	 * @param string $email Of the buyer.
	 * @return string
	 */
	private static function key( $email ) {
		return hash_hmac( 'sha256', strtolower( $email ), wp_salt() );
	}

	/**
	 * Comments stay as an anonymous text, as core's own eraser leaves them.
	 *
	 * @param string $email Of the author.
	 * @return int How many.
	 */
	private static function anonymise_comments( $email ) {
		$done = 0;
		foreach ( get_comments(
			array(
				'author_email' => $email,
				'status'       => 'any',
			)
		) as $comment ) {
			wp_update_comment(
				array(
					'comment_ID'           => $comment->comment_ID,
					'comment_author'       => __( 'Anonymous', 'habeas' ),
					'comment_author_email' => '',
					'comment_author_url'   => '',
					'comment_author_IP'    => wp_privacy_anonymize_data( 'ip', $comment->comment_author_IP ),
					'comment_agent'        => '',
					'user_id'              => 0,
				)
			);
			++$done;
		}
		return $done;
	}

	/**
	 * Accounts that can only read are deleted; nobody deletes staff by a form.
	 *
	 * @param string $email Of the account.
	 * @return string deleted, kept or none
	 */
	private static function erase_account( $email ) {
		$user = get_user_by( 'email', $email );
		if ( ! $user ) {
			return 'none';
		}
		if ( array() !== array_diff( $user->roles, array( 'subscriber', 'customer' ) ) || count_user_posts( $user->ID, 'any' ) > 0 ) {
			return 'kept';
		}
		require_once ABSPATH . 'wp-admin/includes/user.php';
		wp_delete_user( $user->ID );
		return 'deleted';
	}
}
