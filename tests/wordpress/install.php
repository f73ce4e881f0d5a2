<?php
// php install.php SITE install|activate : WordPress without a browser; two processes, as hooks need a whole start.
[, $site, $step] = $argv;
if ($step === 'install') {
    define('WP_INSTALLING', true);
}
$_SERVER += ['HTTP_HOST' => parse_url(getenv('WP_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('WP_URL'), PHP_URL_PORT), 'HTTPS' => 'on', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require "$site/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
if ($step === 'install') {
    wp_install('Example Shop', 'admin', 'admin@shop.example', false, '', 'test-Pass-1');
    update_option('permalink_structure', '/%postname%/');
    update_option('show_avatars', 0);
    wp_insert_post(['post_title' => 'Newsletter', 'post_name' => 'newsletter', 'post_type' => 'page', 'post_status' => 'publish', 'post_content' => '[habeas_consent]']);
    wp_insert_post(['post_title' => 'My data', 'post_name' => 'my-data', 'post_type' => 'page', 'post_status' => 'publish', 'post_content' => '<!-- wp:habeas/request /-->']);
    exit;
}
$failed = activate_plugin('habeas/habeas.php');
if (is_wp_error($failed)) {
    fwrite(STDERR, $failed->get_error_message() . "\n");
    exit(1);
}
switch_theme('twentytwentythree');
flush_rewrite_rules();
