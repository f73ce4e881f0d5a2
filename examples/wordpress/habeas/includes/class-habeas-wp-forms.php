<?php
/**
 * The consent form and the request form, as shortcodes and blocks.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\RequestKind;

/**
 * Shows forms and takes what was sent.
 */
final class Habeas_WP_Forms {

	/**
	 * What became of what this request sent: by form, the HTML to show instead or the errors.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private static $results = array();

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_shortcode( 'habeas_consent', array( __CLASS__, 'consent' ) );
		add_shortcode( 'habeas_request', array( __CLASS__, 'request' ) );
		add_action( 'init', array( __CLASS__, 'blocks' ) );
		add_action( 'template_redirect', array( __CLASS__, 'take' ) );
		add_action( 'wp_enqueue_scripts', array( __CLASS__, 'style' ) );
	}

	/**
	 * The blocks, rendered by the server.
	 */
	public static function blocks() {
		wp_register_script( 'habeas-blocks', plugins_url( 'blocks/blocks.js', HABEAS_PLUGIN_FILE ), array( 'wp-blocks', 'wp-element', 'wp-i18n', 'wp-server-side-render', 'wp-block-editor' ), HABEAS_PLUGIN_VERSION, true );
		wp_set_script_translations( 'habeas-blocks', 'habeas', plugin_dir_path( HABEAS_PLUGIN_FILE ) . 'languages' );
		foreach ( array( 'consent', 'request' ) as $name ) {
			register_block_type(
				'habeas/' . $name,
				array(
					'api_version'           => 2,
					'editor_script_handles' => array( 'habeas-blocks' ),
					'render_callback'       => array( __CLASS__, $name ),
				)
			);
		}
	}

	/**
	 * The few rules that themes lack.
	 */
	public static function style() {
		wp_enqueue_style( 'habeas', plugins_url( 'blocks/habeas.css', HABEAS_PLUGIN_FILE ), array(), HABEAS_PLUGIN_VERSION );
	}

	/**
	 * Shortcode and block of the consent form.
	 *
	 * @return string
	 */
	public static function consent() {
		return self::show( Habeas_WP_Setup::SIGNUP );
	}

	/**
	 * Shortcode and block of the request form.
	 *
	 * @return string
	 */
	public static function request() {
		return self::show( Habeas_WP_Setup::REQUEST );
	}

	/**
	 * The form, or what became of it. The HTML is that of habeas, which escapes it.
	 *
	 * @param string $code Of the form.
	 * @return string
	 */
	private static function show( $code ) {
		if ( isset( self::$results[ $code ]['message'] ) ) {
			return '<p class="habeas-status" role="status">' . esc_html( self::$results[ $code ]['message'] ) . '</p>';
		}
		$options = array(
			'action'     => add_query_arg( 'habeas_form', $code, get_permalink() ),
			'csrf_name'  => '_habeas_nonce',
			'csrf_value' => wp_create_nonce( 'habeas_form_' . $code ),
			'language'   => substr( get_bloginfo( 'language' ), 0, 2 ),
		);
		if ( isset( self::$results[ $code ]['errors'] ) ) {
			$options['values'] = (object) self::$results[ $code ]['values'];
			$options['errors'] = (object) self::$results[ $code ]['errors'];
		}
		try {
			return Habeas_WP_Store::get()->forms->render( $code, $options )['html'];
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			return current_user_can( 'manage_options' )
				? '<p class="habeas-status">' . esc_html__( 'habeas: this form is not ready. Open its settings and declare a purpose first.', 'habeas' ) . '</p>'
				: '';
		}
	}

	/**
	 * Takes what was sent; habeas checks each value against the form it rendered.
	 */
	public static function take() {
		if ( ! isset( $_GET['habeas_form'], $_POST['_habeas_nonce'] ) ) {
			return;
		}
		$code = sanitize_key( $_GET['habeas_form'] );
		if ( ! in_array( $code, array( Habeas_WP_Setup::SIGNUP, Habeas_WP_Setup::REQUEST ), true ) ) {
			return;
		}
		if ( ! wp_verify_nonce( sanitize_key( $_POST['_habeas_nonce'] ), 'habeas_form_' . $code ) ) {
			self::$results[ $code ] = array( 'message' => __( 'This page was open for too long. Please load it again.', 'habeas' ) );
			return;
		}
		$values = array();
		foreach ( wp_unslash( $_POST ) as $name => $value ) { // phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized -- habeas keeps the words of the person and checks each value.
			if ( '_habeas_nonce' !== $name && ( is_string( $value ) || is_array( $value ) ) ) {
				$values[ (string) $name ] = $value;
			}
		}
		try {
			$result = Habeas_WP_Store::get()->forms->submit( $code, $values, Habeas_WP_Pages::visitor() + array( 'page' => (string) wp_parse_url( (string) get_permalink(), PHP_URL_PATH ) ) );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			self::$results[ $code ] = array( 'message' => __( 'This did not work. Please try again later.', 'habeas' ) );
			return;
		}
		if ( 'accepted' === $result['outcome'] ) {
			if ( Habeas_WP_Setup::REQUEST === $code && empty( $values['website'] ) ) {
				self::ask( (string) $values['mail'], (string) $values['wish'] );
			}
			Habeas_WP_Mail::flush();
			self::$results[ $code ] = array( 'message' => $result['message'] );
		} elseif ( 'rate_limited' === $result['outcome'] ) {
			status_header( 429 );
			self::$results[ $code ] = array( 'message' => __( 'Too often. Please try again in an hour.', 'habeas' ) );
		} else {
			status_header( 422 );
			self::$results[ $code ] = array(
				'values' => $values,
				'errors' => $result['errors'],
			);
		}
	}

	/**
	 * Copies and erasures go through WordPress's own tools; the other rights have a link of habeas.
	 * Whoever typed the address learns nothing from the answer.
	 *
	 * @param string $email The address.
	 * @param string $wish  Kind of the request.
	 */
	private static function ask( $email, $wish ) {
		$actions = array(
			'access'  => 'export_personal_data',
			'erasure' => 'remove_personal_data',
		);
		if ( isset( $actions[ $wish ] ) ) {
			$id = wp_create_user_request( $email, $actions[ $wish ] );
			if ( ! is_wp_error( $id ) ) {
				wp_send_user_request( $id );
			}
			return;
		}
		$kind = RequestKind::tryFrom( $wish );
		if ( null === $kind ) {
			return;
		}
		$requests = Habeas_WP_Store::get()->requests;
		$request  = $requests->openFor( $kind, 'email', $email, 'wordpress' );
		$token    = $requests->askIdentity( $request );
		wp_mail(
			$email,
			__( 'Please confirm your request', 'habeas' ),
			/* translators: %s: a link */
			sprintf( __( "Somebody, we think you, asked us for something about your data. Was it you? Then open this page and press its button:\n\n%s\n\nIf not, do nothing.", 'habeas' ), Habeas_WP_Setup::base_url() . '/request/' . $token )
		);
	}
}
