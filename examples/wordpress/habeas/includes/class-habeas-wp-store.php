<?php
/**
 * The store: where its file may lie, and one open handle a request.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\Actor;
use Habeas\ActorKind;
use Habeas\Options;
use Habeas\Store;
use Habeas\TransportKind;

/**
 * Opens the store once a request.
 */
final class Habeas_WP_Store {

	/**
	 * The open store.
	 *
	 * @var Store|null
	 */
	private static $store = null;

	/**
	 * Why a file must not be there, with what to do; empty: it may.
	 *
	 * @param string $path Of the store's file.
	 * @return string
	 */
	public static function problem_with_path( $path ) {
		if ( '' === $path ) {
			/* translators: %s: a path */
			return sprintf( __( 'Say where the store shall be: a file outside of the web root, such as %s.', 'habeas' ), dirname( untrailingslashit( ABSPATH ) ) . '/habeas/site.habeas' );
		}
		if ( ! path_is_absolute( $path ) || str_contains( $path, '://' ) ) {
			return __( 'The place of the store must be an absolute path.', 'habeas' );
		}
		$folder = realpath( dirname( $path ) );
		if ( false === $folder ) {
			$folder = wp_normalize_path( dirname( $path ) );
		}
		$roots = array( ABSPATH, WP_CONTENT_DIR );
		if ( ! empty( $_SERVER['DOCUMENT_ROOT'] ) ) {
			$roots[] = sanitize_text_field( wp_unslash( $_SERVER['DOCUMENT_ROOT'] ) );
		}
		foreach ( $roots as $root ) {
			$real = realpath( $root );
			if ( false !== $real && str_starts_with( trailingslashit( $folder ), trailingslashit( $real ) ) ) {
				/* translators: 1: a path, 2: another path */
				return sprintf( __( 'The store must not lie in %1$s: the web server could hand it out. Put it outside, such as %2$s, and move the files .key and .restore along with it.', 'habeas' ), $real, dirname( $real ) . '/habeas/site.habeas' );
			}
		}
		if ( ! is_dir( $folder ) || ! is_writable( $folder ) ) {
			/* translators: %s: a path */
			return sprintf( __( 'The folder %s is not there, or the web server may not write to it. Create it with mode 0700 and make the user of PHP its owner.', 'habeas' ), dirname( $path ) );
		}
		return '';
	}

	/**
	 * How the settings say.
	 *
	 * @return Options
	 */
	public static function options() {
		$settings = Habeas_WP_Settings::all();
		$user     = get_current_user_id();
		return new Options(
			transport: '' === $settings['transport'] ? null : TransportKind::from( $settings['transport'] ),
			program: '' === $settings['program'] ? null : $settings['program'],
			library: '' === $settings['library'] ? null : $settings['library'],
			keyFile: '' === $settings['key_file'] ? null : $settings['key_file'],
			actor: $user ? Actor::person( 'wp-user-' . $user, 'WordPress' ) : new Actor( ActorKind::System, 'wordpress', 'site' ),
			autoMigrate: true,
			timeout: 60.0,
		);
	}

	/**
	 * The open store; created where there is none yet.
	 *
	 * @return Store
	 * @throws RuntimeException Where it may not be opened.
	 */
	public static function get() {
		if ( null === self::$store ) {
			$path    = Habeas_WP_Settings::get( 'store' );
			$problem = self::problem_with_path( $path );
			$key     = Habeas_WP_Settings::get( 'key_file' );
			if ( '' === $problem && '' !== $key ) {
				$problem = self::problem_with_path( $key );
			}
			if ( '' !== $problem ) {
				throw new RuntimeException( esc_html( $problem ) );
			}
			if ( is_file( $path ) ) {
				self::$store = Store::open( $path, self::options() );
			} else {
				self::$store = Store::create( $path, self::options() );
				delete_option( 'habeas_setup' );
			}
			Habeas_WP_Holder::attach( self::$store );
		}
		return self::$store;
	}

	/**
	 * The same, or null where it cannot be opened: for pages of visitors.
	 *
	 * @return Store|null
	 */
	public static function try_get() {
		try {
			return self::get();
		} catch ( Throwable $error ) {
			self::log( $error );
			return null;
		}
	}

	/**
	 * Closes it.
	 */
	public static function close() {
		if ( null !== self::$store ) {
			self::$store->close();
			self::$store = null;
		}
	}

	/**
	 * Errors of habeas hold no personal data.
	 *
	 * @param Throwable $error What failed.
	 */
	public static function log( Throwable $error ) {
		if ( defined( 'WP_DEBUG_LOG' ) && WP_DEBUG_LOG ) {
			error_log( 'habeas: ' . get_class( $error ) . ': ' . $error->getMessage() ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log
		}
	}

	/**
	 * The number of who has this address; null: nobody.
	 *
	 * @param string $email The address.
	 * @return int|null
	 */
	public static function subject( $email ) {
		try {
			$found = self::get()->subjects->find( 'email', $email );
		} catch ( Habeas\Exception\InvalidException $error ) {
			return null;
		} catch ( Habeas\Exception\NotFoundException | Habeas\Exception\SubjectUnknownException $error ) {
			return null;
		}
		return $found instanceof Habeas\Subject ? $found->id : $found;
	}
}
