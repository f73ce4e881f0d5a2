<?php
// php help.php WHAT ... : what the tests do behind the scenes, as www-data on the command line; prints JSON.
use Habeas\{Channel, EventKind};

$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'HTTPS' => 'on', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require getenv('W') . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
$count = static fn (int $subject): int => iterator_to_array(Habeas_WP_Store::get()->query("SELECT count(*) AS n FROM v_event WHERE subject_id = ? AND kind <> 'disclosed'", [$subject]), false)[0]['n'];
$orders = static function (string $email, int $number): void {
    global $wpdb;
    for ($done = 0; $done < $number; $done += 1000) {
        $n = min(1000, $number - $done);
        $wpdb->query("INSERT INTO {$wpdb->posts} (post_type, post_status, post_title, post_content, post_excerpt, to_ping, pinged, post_content_filtered) VALUES " . implode(',', array_fill(0, $n, "('shop_order', 'wc-completed', 'Order', '', '', '', '', '')")));
        $first = (int) $wpdb->insert_id;
        $rows = [];
        for ($id = $first; $id < $first + $n; $id++) {
            foreach (['_billing_email' => $email, '_billing_first_name' => 'Nora', '_billing_last_name' => 'Quitterbach', '_billing_address_1' => 'Elsterweg 7', '_customer_ip_address' => '203.0.113.77', '_order_total' => '19.90'] as $key => $value) {
                $rows[] = $wpdb->prepare('(%d, %s, %s)', $id, $key, $value);
            }
        }
        $wpdb->query("INSERT INTO {$wpdb->postmeta} (post_id, meta_key, meta_value) VALUES " . implode(',', $rows));
    }
};
$out = null;
switch ($argv[1]) {
    case 'settings': // STORE TRANSPORT
        update_option('habeas_settings', Habeas_WP_Settings::sanitize(['store' => $argv[2], 'transport' => $argv[3], 'name' => 'Example Shop', 'address' => 'Musterweg 1, 10115 Berlin, Germany', 'email' => 'hello@shop.example', 'country' => 'DE', 'order_ground' => 'GDPR 17(3)(b), AO 147(1)', 'order_years' => '10'] + ['program' => '', 'library' => '', 'erase_on_removal' => '']));
        Habeas_WP_Setup::ensure();
        $out = Habeas_WP_Store::get()->transport()->value;
        break;
    case 'seed': // EMAIL NUMBER : so many ledger entries and orders, and confirmed requests of both kinds
        [, , $email, $number] = $argv;
        $number = (int) $number;
        $store = Habeas_WP_Store::get();
        if ($number > 0) {
            $subject = $store->subjects->create(['fields' => ['email' => $email]]);
            $events = [];
            for ($i = $count($subject) + 1; $i < $number; $i++) { // the request of erasure below is an entry too
                $events[] = ['subject' => $subject, 'kind' => $i % 2 ? EventKind::Withdrawn : EventKind::Granted, 'purpose' => 'newsletter', 'channel' => Channel::Email, 'effective_at' => gmdate('Y-m-d\TH:i:s\Z', time() - 100000 + $i), 'evidence' => ['method' => 'api', 'text_version' => 1, 'language' => 'en']];
            }
            if ($events) {
                $store->consents->recordMany($events);
            }
            $orders($email, $number);
        }
        foreach (['export_personal_data', 'remove_personal_data'] as $action) {
            $id = wp_create_user_request($email, $action, [], 'pending');
            do_action('user_request_action_confirmed', $id);
            $out[] = $id;
        }
        break;
    case 'purpose': // the one that these tests use
        Habeas_WP_Store::get()->purposes->define(['code' => 'newsletter', 'basis' => 'consent', 'kind' => 'marketing', 'channels' => ['email'], 'double_opt_in' => true, 'labels' => ['en' => 'Newsletter'], 'texts' => [['texts' => [['language' => 'en', 'text' => 'Example Shop may send me its newsletter by e-mail. I can withdraw this at any time.', 'label' => 'Yes, write to me']]]]]);
        Habeas_WP_Setup::forms();
        break;
    case 'seed-request': // EMAIL : a confirmed erasure request
        $out = wp_create_user_request($argv[2], 'remove_personal_data', [], 'pending');
        do_action('user_request_action_confirmed', $out);
        break;
    case 'shop': // EMAIL : orders, a comment, an account
        $orders($argv[2], 3);
        wp_insert_comment(['comment_post_ID' => 1, 'comment_author' => 'Nora Quitterbach', 'comment_author_email' => $argv[2], 'comment_author_IP' => '203.0.113.77', 'comment_content' => 'A fine book.', 'comment_approved' => 1]);
        $out = wp_insert_user(['user_login' => 'reader7', 'user_pass' => wp_generate_password(), 'user_email' => $argv[2], 'display_name' => 'Nora Quitterbach', 'role' => 'subscriber']);
        break;
    case 'letter': // EMAIL : queue and send a marketing mail; the link of the preference centre
        $store = Habeas_WP_Store::get();
        $store->apply(['habeas_definitions' => 1, 'templates' => [['code' => 'letter', 'kind' => 'marketing', 'purpose' => 'newsletter', 'default_language' => 'en', 'languages' => ['en' => ['subject' => 'Books', 'text' => "Three books.\n\n{{preferences_url}}\n"]]]]]);
        $subject = Habeas_WP_Store::subject($argv[2]);
        $queued = $store->messages->queue(['subject' => $subject, 'message_template' => 'letter', 'key' => 'letter/' . $argv[2]]);
        Habeas_WP_Mail::flush();
        $out = [$queued, $store->pages->preferencesLink($subject)];
        break;
    case 'decide': // EMAIL
        $out = Habeas_WP_Store::get()->decisions->mayProcess(Habeas_WP_Store::subject($argv[2]) ?? 0, 'newsletter', Channel::Email)->reason;
        break;
    case 'requests':
        $out = Habeas_WP_Store::get()->requests->all([]);
        break;
    case 'tick':
        $out = Habeas_WP_Cron::tick();
        break;
    case 'verify':
        $out = Habeas_WP_Store::get()->verify();
        break;
    case 'path': // PATH : why a store may not be there
        $out = Habeas_WP_Store::problem_with_path($argv[2]);
        break;
    case 'cli': // COMMAND ... : a command as WP-CLI calls it, which Debian does not have
        eval('class WP_CLI { public static function line($text) { echo $text, "\n"; } public static function error($text) { throw new Exception($text); } }');
        require WP_PLUGIN_DIR . '/habeas/includes/class-habeas-wp-cli.php';
        ob_start();
        (new Habeas_WP_CLI())->{$argv[2]}(array_slice($argv, 3));
        $out = ob_get_clean();
        break;
    case 'german': // the words that an administrator with this language reads
        switch_to_locale('de_DE');
        unload_textdomain('habeas');
        load_textdomain('habeas', WP_PLUGIN_DIR . '/habeas/languages/habeas-de_DE.mo');
        $out = __('Purposes', 'habeas');
        break;
    case 'removal': // WORDS : of the setting that lets the store go with the plugin
        update_option('habeas_settings', ['erase_on_removal' => $argv[2]] + get_option('habeas_settings'));
        break;
    case 'uninstall':
        define('WP_UNINSTALL_PLUGIN', 'habeas/habeas.php');
        Habeas_WP_Store::close();
        require WP_PLUGIN_DIR . '/habeas/uninstall.php';
        $out = true;
        break;
}
echo json_encode($out), "\n";
Habeas_WP_Store::close();
