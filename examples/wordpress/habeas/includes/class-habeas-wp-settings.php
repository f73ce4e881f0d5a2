<?php
/**
 * What an administrator decides; constants of wp-config.php come first.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

/**
 * Settings of the plugin.
 */
final class Habeas_WP_Settings {

	const OPTION = 'habeas_settings';

	/**
	 * All, with their defaults.
	 *
	 * @return array<string, string>
	 */
	public static function all() {
		$saved = get_option( self::OPTION, array() );
		$all   = wp_parse_args(
			is_array( $saved ) ? $saved : array(),
			array(
				'store'            => '',
				'key_file'         => '',
				'transport'        => '',
				'program'          => '',
				'library'          => '',
				'name'             => get_bloginfo( 'name' ),
				'address'          => '',
				'email'            => get_option( 'admin_email' ),
				'country'          => 'DE',
				'order_ground'     => 'GDPR 17(3)(b), AO 147(1)',
				'order_years'      => '10',
				'erase_on_removal' => '',
			)
		);
		foreach ( array(
			'store'    => 'HABEAS_STORE',
			'key_file' => 'HABEAS_KEY_FILE',
			'program'  => 'HABEAS_PROGRAM',
			'library'  => 'HABEAS_LIBRARY',
		) as $key => $constant ) {
			if ( defined( $constant ) ) {
				$all[ $key ] = (string) constant( $constant );
			}
		}
		return $all;
	}

	/**
	 * One of them.
	 *
	 * @param string $key Its name.
	 * @return string
	 */
	public static function get( $key ) {
		return (string) self::all()[ $key ];
	}

	/**
	 * For register_setting(): what is kept of what was sent.
	 *
	 * @param mixed $input As it came.
	 * @return array<string, string>
	 */
	public static function sanitize( $input ) {
		$input = is_array( $input ) ? $input : array();
		$out   = array();
		foreach ( array( 'store', 'key_file', 'transport', 'program', 'library', 'name', 'email', 'country', 'order_ground', 'order_years', 'erase_on_removal' ) as $key ) {
			$out[ $key ] = isset( $input[ $key ] ) ? sanitize_text_field( wp_unslash( $input[ $key ] ) ) : '';
		}
		$out['address'] = isset( $input['address'] ) ? sanitize_textarea_field( wp_unslash( $input['address'] ) ) : '';
		if ( ! in_array( $out['transport'], array( '', 'process', 'ffi', 'extension' ), true ) ) {
			$out['transport'] = '';
		}
		$out['country']     = strtoupper( substr( $out['country'], 0, 2 ) );
		$out['email']       = sanitize_email( $out['email'] );
		$out['order_years'] = (string) max( 0, min( 30, (int) $out['order_years'] ) );
		return $out;
	}
}
