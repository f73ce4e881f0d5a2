<?php
/**
 * Plugin Name:       habeas
 * Description:       Consent with proof, requests of data subjects with their deadlines, and erasure that can be shown, by the library habeas.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      8.1
 * Author:            habeas
 * License:           MIT
 * Text Domain:       habeas
 * Domain Path:       /languages
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

define( 'HABEAS_PLUGIN_FILE', __FILE__ );
define( 'HABEAS_PLUGIN_VERSION', '0.1.0' );

/*
 * The PHP package: a constant or the environment, else what the build step copied into vendor/.
 */
$habeas_package = defined( 'HABEAS_PHP_PATH' ) ? HABEAS_PHP_PATH : getenv( 'HABEAS_PHP_PATH' );
if ( ! is_string( $habeas_package ) || '' === $habeas_package ) {
	$habeas_package = __DIR__ . '/vendor/habeas';
}
if ( ! class_exists( 'Habeas\\Store' ) && ! is_readable( $habeas_package . '/autoload.php' ) ) {
	add_action(
		'admin_notices',
		static function () {
			if ( current_user_can( 'activate_plugins' ) ) {
				echo '<div class="notice notice-error"><p>' . esc_html__( 'habeas: the PHP package is missing. Run build.sh of the plugin, or set HABEAS_PHP_PATH.', 'habeas' ) . '</p></div>';
			}
		}
	);
	return;
}
if ( ! class_exists( 'Habeas\\Store' ) ) {
	require_once $habeas_package . '/autoload.php';
}
unset( $habeas_package );

foreach ( array( 'settings', 'store', 'setup', 'mail', 'holder', 'forms', 'pages', 'privacy', 'cron', 'admin' ) as $habeas_part ) {
	require_once __DIR__ . '/includes/class-habeas-wp-' . $habeas_part . '.php';
}
unset( $habeas_part );

add_action(
	'init',
	static function () {
		load_plugin_textdomain( 'habeas', false, dirname( plugin_basename( HABEAS_PLUGIN_FILE ) ) . '/languages' );
	},
	1
);
Habeas_WP_Forms::hooks();
Habeas_WP_Pages::hooks();
Habeas_WP_Privacy::hooks();
Habeas_WP_Cron::hooks();
if ( is_admin() ) {
	Habeas_WP_Admin::hooks();
}
if ( defined( 'WP_CLI' ) && WP_CLI ) {
	require_once __DIR__ . '/includes/class-habeas-wp-cli.php';
	WP_CLI::add_command( 'habeas', 'Habeas_WP_CLI' );
}
register_activation_hook( __FILE__, array( 'Habeas_WP_Cron', 'start' ) );
register_deactivation_hook( __FILE__, array( 'Habeas_WP_Cron', 'stop' ) );
