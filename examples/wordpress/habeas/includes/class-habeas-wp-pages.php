<?php
/**
 * The pages of habeas below /habeas/: confirmation, preference centre, one-click unsubscribe.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

/**
 * Serves them as they are. Their tokens are what allows an act; so there is no nonce, and a mail program may unsubscribe
 * by one POST (RFC 8058).
 */
final class Habeas_WP_Pages {

	/**
	 * Registers the pages.
	 */
	public static function hooks() {
		add_action( 'init', array( __CLASS__, 'serve' ), 20 );
	}

	/**
	 * Who asks, as evidence.
	 *
	 * @return array<string, string>
	 */
	public static function visitor() {
		$ip = isset( $_SERVER['REMOTE_ADDR'] ) ? sanitize_text_field( wp_unslash( $_SERVER['REMOTE_ADDR'] ) ) : '';
		/**
		 * Behind a proxy: the address that the proxy tells of.
		 *
		 * @param string $ip Address of the visitor.
		 */
		$ip = apply_filters( 'habeas_visitor_ip', $ip );
		return array(
			'ip'         => $ip,
			'user_agent' => isset( $_SERVER['HTTP_USER_AGENT'] ) ? substr( sanitize_text_field( wp_unslash( $_SERVER['HTTP_USER_AGENT'] ) ), 0, 200 ) : '',
			'language'   => substr( get_bloginfo( 'language' ), 0, 2 ),
		);
	}

	/**
	 * Answers where the address is one of ours.
	 */
	public static function serve() {
		if ( ! isset( $_SERVER['REQUEST_URI'] ) ) {
			return;
		}
		$path = (string) wp_parse_url( esc_url_raw( wp_unslash( $_SERVER['REQUEST_URI'] ) ), PHP_URL_PATH );
		$base = (string) wp_parse_url( Habeas_WP_Setup::base_url(), PHP_URL_PATH );
		if ( ! preg_match( '#^' . preg_quote( $base, '#' ) . '/(confirm|preferences|unsubscribe|request)(/|$)#', $path ) ) {
			return;
		}
		$store = Habeas_WP_Store::try_get();
		if ( null === $store ) {
			status_header( 503 );
			exit;
		}
		$request = array( 'path' => $path ) + self::visitor();
		try {
			if ( isset( $_SERVER['REQUEST_METHOD'] ) && 'POST' === $_SERVER['REQUEST_METHOD'] ) {
				$body = (string) file_get_contents( 'php://input' );
				if ( '' === $body ) { // PHP has taken multipart/form-data apart, which mail programs may send.
					$body = http_build_query( wp_unslash( $_POST ) ); // phpcs:ignore WordPress.Security.NonceVerification.Missing
				}
				$page = $store->pages->post( $request, $body );
				Habeas_WP_Mail::flush();
			} else {
				$page = $store->pages->get( $request );
			}
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			status_header( 500 );
			exit;
		}
		status_header( $page['status'] );
		foreach ( $page['headers'] as $name => $value ) {
			header( $name . ': ' . $value );
		}
		echo $page['html']; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- a whole document, escaped by habeas.
		exit;
	}
}
