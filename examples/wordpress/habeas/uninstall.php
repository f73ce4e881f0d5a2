<?php
/**
 * The plugin is deleted. The store is the proof of what people agreed to: it goes only where the administrator has written
 * DELETE into the settings.
 *
 * @package Habeas
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

$habeas_settings = get_option( 'habeas_settings', array() );
$habeas_settings = is_array( $habeas_settings ) ? $habeas_settings : array();
$habeas_store    = defined( 'HABEAS_STORE' ) ? HABEAS_STORE : ( $habeas_settings['store'] ?? '' );
if ( 'DELETE' === ( $habeas_settings['erase_on_removal'] ?? '' ) && is_string( $habeas_store ) && '' !== $habeas_store ) {
	foreach ( array( '', '-wal', '-shm', '.lock', '.restore', '.key' ) as $habeas_end ) {
		if ( is_file( $habeas_store . $habeas_end ) ) {
			wp_delete_file( $habeas_store . $habeas_end );
		}
	}
	$habeas_key = defined( 'HABEAS_KEY_FILE' ) ? HABEAS_KEY_FILE : ( $habeas_settings['key_file'] ?? '' );
	if ( is_string( $habeas_key ) && is_file( $habeas_key ) ) {
		wp_delete_file( $habeas_key );
	}
	delete_option( 'habeas_settings' );
}
delete_option( 'habeas_setup' );
delete_option( 'habeas_holder' );
delete_option( 'habeas_kept' );
delete_metadata( 'post', 0, '_habeas_request', '', true );
wp_clear_scheduled_hook( 'habeas_tick' );
