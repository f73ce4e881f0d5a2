<?php
/**
 * The screens of the administrator.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\Channel;

/**
 * Purposes, search, requests, ledger, report and settings. Everything here asks for manage_options.
 */
final class Habeas_WP_Admin {

	/**
	 * Who may see and do all of this.
	 */
	const CAPABILITY = 'manage_options';

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_init', array( __CLASS__, 'settings' ) );
		add_action( 'admin_post_habeas_purpose', array( __CLASS__, 'save_purpose' ) );
		add_action( 'admin_post_habeas_retire', array( __CLASS__, 'retire_purpose' ) );
		add_action( 'admin_post_habeas_extend', array( __CLASS__, 'extend' ) );
		add_action( 'admin_post_habeas_fulfil', array( __CLASS__, 'fulfil' ) );
		add_action( 'admin_post_habeas_copy', array( __CLASS__, 'copy' ) );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'style' ) );
	}

	/**
	 * A few rules beside those of WordPress.
	 *
	 * @param string $screen Which.
	 */
	public static function style( $screen ) {
		if ( str_contains( $screen, 'habeas' ) ) {
			wp_enqueue_style( 'habeas-admin', plugins_url( 'blocks/admin.css', HABEAS_PLUGIN_FILE ), array(), HABEAS_PLUGIN_VERSION );
		}
	}

	/**
	 * The menu.
	 */
	public static function menu() {
		add_menu_page( 'habeas', 'habeas', self::CAPABILITY, 'habeas', array( __CLASS__, 'purposes' ), 'dashicons-privacy', 81 );
		foreach ( array(
			'habeas'          => array( __( 'Purposes', 'habeas' ), 'purposes' ),
			'habeas-subject'  => array( __( 'Person', 'habeas' ), 'subject' ),
			'habeas-requests' => array( __( 'Requests', 'habeas' ), 'requests' ),
			'habeas-ledger'   => array( __( 'Ledger', 'habeas' ), 'ledger' ),
			'habeas-report'   => array( __( 'Report', 'habeas' ), 'report' ),
			'habeas-settings' => array( __( 'Settings', 'habeas' ), 'settings_page' ),
		) as $slug => $entry ) {
			add_submenu_page( 'habeas', $entry[0], $entry[0], self::CAPABILITY, $slug, array( __CLASS__, $entry[1] ) );
		}
	}

	/**
	 * Head of a screen; opens the store.
	 *
	 * @param string $title Of the screen.
	 * @return Habeas\Store|null null: it was said why not
	 */
	private static function head( $title ) {
		echo '<div class="wrap habeas-admin"><h1>' . esc_html( $title ) . '</h1>';
		try {
			$store = Habeas_WP_Store::get();
			Habeas_WP_Setup::ensure();
			return $store;
		} catch ( Throwable $error ) {
			echo '<div class="notice notice-error inline"><p>' . esc_html( html_entity_decode( $error->getMessage(), ENT_QUOTES ) ) . '</p><p><a href="' . esc_url( admin_url( 'admin.php?page=habeas-settings' ) ) . '">' . esc_html__( 'Open the settings', 'habeas' ) . '</a></p></div></div>';
			return null;
		}
	}

	/**
	 * A table of WordPress's looks.
	 *
	 * @param list<string>       $heads Of the columns.
	 * @param list<list<string>> $rows  HTML, escaped by the caller.
	 * @param string             $empty What to say where there is no row.
	 * @param string             $name  Of the table, for those who cannot see it.
	 */
	private static function table( array $heads, array $rows, $empty, $name ) {
		if ( array() === $rows ) {
			echo '<p>' . esc_html( $empty ) . '</p>';
			return;
		}
		echo '<div class="habeas-scroll" role="region" tabindex="0" aria-label="' . esc_attr( $name ) . '"><table class="widefat striped"><thead><tr>';
		foreach ( $heads as $head ) {
			echo '<th scope="col">' . esc_html( $head ) . '</th>';
		}
		echo '</tr></thead><tbody>';
		foreach ( $rows as $row ) {
			echo '<tr><td>' . wp_kses( implode( '</td><td>', $row ), self::allowed() ) . '</td></tr>';
		}
		echo '</tbody></table></div>';
	}

	/**
	 * What cells may hold: links and small forms.
	 *
	 * @return array<string, array<string, bool>>
	 */
	private static function allowed() {
		return array(
			'td'     => array(),
			'a'      => array( 'href' => true ),
			'strong' => array(),
			'code'   => array(),
			'br'     => array(),
			'label'  => array(),
			'span'   => array( 'class' => true ),
			'form'   => array(
				'method' => true,
				'action' => true,
			),
			'input'  => array(
				'type'       => true,
				'name'       => true,
				'value'      => true,
				'required'   => true,
			),
			'button' => array( 'class' => true ),
		);
	}

	/**
	 * A time as people read it.
	 *
	 * @param mixed $when RFC 3339, or milliseconds.
	 * @return string
	 */
	private static function when( $when ) {
		if ( null === $when || '' === $when ) {
			return '';
		}
		$seconds = is_numeric( $when ) ? intdiv( (int) $when, 1000 ) : (int) strtotime( (string) $when );
		return '<span class="habeas-when">' . esc_html( wp_date( 'Y-m-d H:i', $seconds ) ) . '</span>';
	}

	/**
	 * A small form with one button, for a cell.
	 *
	 * @param string                $action Of admin-post.php.
	 * @param array<string, string> $fields Hidden.
	 * @param string                $label  Of the button.
	 * @param string                $more   HTML, escaped.
	 * @return string
	 */
	private static function button( $action, array $fields, $label, $more = '' ) {
		$html = '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '"><input type="hidden" name="action" value="' . esc_attr( $action ) . '"><input type="hidden" name="_wpnonce" value="' . esc_attr( wp_create_nonce( $action ) ) . '">';
		foreach ( $fields as $name => $value ) {
			$html .= '<input type="hidden" name="' . esc_attr( $name ) . '" value="' . esc_attr( $value ) . '">';
		}
		return $html . $more . '<button class="button">' . esc_html( $label ) . '</button></form>';
	}

	/**
	 * Whoever posts here must be allowed to, and have meant it.
	 *
	 * @param string $action Of the form.
	 */
	private static function guard( $action ) {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You may not do this.', 'habeas' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( $action );
	}

	/**
	 * Does something and goes back to its screen.
	 *
	 * @param string   $page  The screen.
	 * @param callable $thing To do.
	 */
	private static function run( $page, callable $thing ) {
		$said = 'done';
		try {
			$thing();
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			$said = 'failed';
			set_transient( 'habeas_error_' . get_current_user_id(), $error->getMessage(), MINUTE_IN_SECONDS );
		}
		wp_safe_redirect( admin_url( 'admin.php?page=' . $page . '&habeas=' . $said ) );
		exit;
	}

	/**
	 * What became of the last button.
	 */
	private static function said() {
		$said = isset( $_GET['habeas'] ) ? sanitize_key( $_GET['habeas'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended
		if ( 'done' === $said ) {
			echo '<div class="notice notice-success inline"><p>' . esc_html__( 'Done.', 'habeas' ) . '</p></div>';
		} elseif ( 'failed' === $said ) {
			echo '<div class="notice notice-error inline"><p>' . esc_html( (string) get_transient( 'habeas_error_' . get_current_user_id() ) ) . '</p></div>';
		}
	}

	/**
	 * Screen: the purposes.
	 */
	public static function purposes() {
		$store = self::head( __( 'Purposes', 'habeas' ) );
		if ( null === $store ) {
			return;
		}
		self::said();
		$rows = array();
		foreach ( $store->purposes->all() as $purpose ) {
			$rows[] = array(
				'<strong>' . esc_html( self::label( $purpose ) ) . '</strong><br><code>' . esc_html( $purpose['code'] ) . '</code>',
				esc_html( self::word( $purpose['basis'] ) ),
				esc_html( self::word( $purpose['kind'] ) ),
				esc_html( empty( $purpose['double_opt_in'] ) ? __( 'no', 'habeas' ) : __( 'yes', 'habeas' ) ),
				empty( $purpose['retired_at'] )
					? ( 'consent' === $purpose['basis'] ? self::button( 'habeas_retire', array( 'code' => $purpose['code'] ), __( 'Retire', 'habeas' ) ) : '' )
					: esc_html__( 'retired', 'habeas' ),
			);
		}
		self::table( array( __( 'Purpose', 'habeas' ), __( 'Lawful basis', 'habeas' ), __( 'Kind', 'habeas' ), __( 'Double opt-in', 'habeas' ), __( 'State', 'habeas' ) ), $rows, __( 'None yet.', 'habeas' ), __( 'Purposes', 'habeas' ) );
		echo '<h2>' . esc_html__( 'Ask for another consent', 'habeas' ) . '</h2><p>' . esc_html__( 'The words are shown to visitors as they stand here and can never be changed, only replaced by a next version.', 'habeas' ) . '</p>';
		echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '"><input type="hidden" name="action" value="habeas_purpose">';
		wp_nonce_field( 'habeas_purpose' );
		echo '<table class="form-table" role="presentation"><tbody>';
		self::row( 'code', __( 'Code', 'habeas' ), '<input name="code" id="code" class="regular-text" required pattern="[a-z][a-z0-9_]{1,40}">', __( 'Small letters, digits and underscores.', 'habeas' ) );
		self::row( 'label', __( 'Label of the box', 'habeas' ), '<input name="label" id="label" class="regular-text" required>', '' );
		self::row( 'text', __( 'What is agreed to', 'habeas' ), '<textarea name="text" id="text" class="large-text" rows="3" required></textarea>', __( 'Who may do what, over which channel, and that it can be withdrawn.', 'habeas' ) );
		self::row( 'text_de', __( 'The same in German (may be empty)', 'habeas' ), '<textarea name="text_de" id="text_de" class="large-text" rows="3"></textarea>', '' );
		echo '</tbody></table>';
		submit_button( __( 'Add purpose', 'habeas' ) );
		echo '</form></div>';
	}

	/**
	 * A row of a form.
	 *
	 * @param string $id    Of the field.
	 * @param string $label Of the field.
	 * @param string $field HTML, escaped.
	 * @param string $help  Below it.
	 */
	private static function row( $id, $label, $field, $help ) {
		echo '<tr><th scope="row"><label for="' . esc_attr( $id ) . '">' . esc_html( $label ) . '</label></th><td>' . $field; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped by the caller.
		if ( '' !== $help ) {
			echo '<p class="description">' . esc_html( $help ) . '</p>';
		}
		echo '</td></tr>';
	}

	/**
	 * The label of a purpose in the language of the user.
	 *
	 * @param array<string, mixed> $purpose Schema purpose.
	 * @return string
	 */
	private static function label( array $purpose ) {
		$labels = (array) ( $purpose['labels'] ?? array() );
		$mine   = substr( get_user_locale(), 0, 2 );
		return (string) ( $labels[ $mine ] ?? $labels['en'] ?? $purpose['code'] );
	}

	/**
	 * A name as words.
	 *
	 * @param mixed $name Such as legal_obligation.
	 * @return string
	 */
	private static function word( $name ) {
		return str_replace( '_', ' ', (string) $name );
	}

	/**
	 * Takes a new purpose.
	 */
	public static function save_purpose() {
		self::guard( 'habeas_purpose' );
		self::run(
			'habeas',
			static function () {
				// phpcs:disable WordPress.Security.NonceVerification.Missing -- guard() has.
				$code   = isset( $_POST['code'] ) ? sanitize_key( $_POST['code'] ) : '';
				$label  = isset( $_POST['label'] ) ? sanitize_text_field( wp_unslash( $_POST['label'] ) ) : '';
				$text   = isset( $_POST['text'] ) ? sanitize_textarea_field( wp_unslash( $_POST['text'] ) ) : '';
				$german = isset( $_POST['text_de'] ) ? sanitize_textarea_field( wp_unslash( $_POST['text_de'] ) ) : '';
				// phpcs:enable
				$texts = array(
					array(
						'language' => 'en',
						'text'     => $text,
						'label'    => $label,
					),
				);
				if ( '' !== $german ) {
					$texts[] = array(
						'language' => 'de',
						'text'     => $german,
						'label'    => $label,
					);
				}
				$store = Habeas_WP_Store::get();
				$store->purposes->define(
					array(
						'code'          => $code,
						'basis'         => 'consent',
						'kind'          => 'marketing',
						'channels'      => array( 'email' ),
						'double_opt_in' => true,
						'labels'        => array( 'en' => $label ),
						'texts'         => array( array( 'texts' => $texts ) ),
					)
				);
				Habeas_WP_Setup::forms();
			}
		);
	}

	/**
	 * Ends a purpose.
	 */
	public static function retire_purpose() {
		self::guard( 'habeas_retire' );
		self::run(
			'habeas',
			static function () {
				Habeas_WP_Store::get()->purposes->retire( isset( $_POST['code'] ) ? sanitize_key( $_POST['code'] ) : '' ); // phpcs:ignore WordPress.Security.NonceVerification.Missing -- guard() has.
				Habeas_WP_Setup::forms();
			}
		);
	}

	/**
	 * Screen: one person, and why they may be written to or not.
	 */
	public static function subject() {
		$store = self::head( __( 'Person', 'habeas' ) );
		if ( null === $store ) {
			return;
		}
		$email = '';
		if ( isset( $_POST['habeas_email'] ) ) { // A POST, so that the address is in no log of the server.
			check_admin_referer( 'habeas_subject' );
			$email = sanitize_email( wp_unslash( $_POST['habeas_email'] ) );
		}
		echo '<form method="post">';
		wp_nonce_field( 'habeas_subject' );
		echo '<p><label for="habeas_email">' . esc_html__( 'E-mail address', 'habeas' ) . '</label> <input type="email" class="regular-text" id="habeas_email" name="habeas_email" value="' . esc_attr( $email ) . '" required> <button class="button button-primary">' . esc_html__( 'Search', 'habeas' ) . '</button></p></form>';
		if ( '' !== $email ) {
			$subject = Habeas_WP_Store::subject( $email );
			if ( null === $subject ) {
				echo '<p role="status">' . esc_html__( 'Nobody here has this address.', 'habeas' ) . '</p>';
			} else {
				self::explain( $store, $subject );
			}
		}
		echo '</div>';
	}

	/**
	 * Decision by purpose in words, and the person's ledger.
	 *
	 * @param Habeas\Store $store   Open.
	 * @param int          $subject Who.
	 */
	private static function explain( $store, $subject ) {
		/* translators: %d: number of a person */
		echo '<h2>' . esc_html( sprintf( __( 'Person %d', 'habeas' ), $subject ) ) . '</h2>';
		foreach ( $store->purposes->all() as $purpose ) {
			$said = $store->decisions->explain( $subject, $purpose['code'], Channel::Email );
			echo '<div class="card habeas-decision"><h3>' . esc_html( self::label( $purpose ) ) . ': <span class="habeas-' . ( $said['allowed'] ? 'yes' : 'no' ) . '">' . esc_html( $said['allowed'] ? __( 'allowed', 'habeas' ) : __( 'denied', 'habeas' ) ) . '</span></h3>';
			echo '<p>' . esc_html( $said['summary'] ) . '</p><p><code>' . esc_html( $said['reason'] ) . '</code></p><details><summary>' . esc_html__( 'How this was decided', 'habeas' ) . '</summary><ol>';
			foreach ( $said['steps'] as $step ) {
				echo '<li>' . esc_html( $step['question'] . ' ' . $step['answer'] ) . ( $step['decided'] ? ' <strong>' . esc_html__( '(this decided)', 'habeas' ) . '</strong>' : '' ) . '</li>';
			}
			echo '</ol></details></div>';
		}
		$rows = array();
		foreach ( $store->consents->history( $subject ) as $event ) {
			$rows[] = array( self::when( $event['effective_at'] ), esc_html( self::word( $event['kind'] ) ), esc_html( (string) $event['purpose'] ), esc_html( (string) ( $event['evidence']['method'] ?? '' ) ), esc_html( self::word( $event['actor']['kind'] ) ) );
		}
		echo '<h2>' . esc_html__( 'Ledger', 'habeas' ) . '</h2>';
		self::table( array( __( 'When', 'habeas' ), __( 'What', 'habeas' ), __( 'Purpose', 'habeas' ), __( 'How', 'habeas' ), __( 'By', 'habeas' ) ), $rows, __( 'Nothing yet.', 'habeas' ), __( 'Ledger of the person', 'habeas' ) );
	}

	/**
	 * Screen: requests, the most urgent first.
	 */
	public static function requests() {
		$store = self::head( __( 'Requests of data subjects', 'habeas' ) );
		if ( null === $store ) {
			return;
		}
		self::said();
		$open   = array();
		$closed = array();
		foreach ( $store->requests->all( array( 'by_urgency' => true ) ) as $request ) {
			$row = array(
				esc_html( (string) $request['request'] ),
				esc_html( self::word( $request['kind'] ) ),
				esc_html( self::word( $request['state'] ) ),
				self::when( $request['received_at'] ),
			);
			if ( null === $request['closed_at'] ) {
				$row[]  = '<span class="habeas-when' . ( $request['late'] ? ' habeas-no' : '' ) . '">' . esc_html( $request['due'] ) . '</span>';
				$row[]  = 0 === $request['extension_months'] && in_array( $request['state'], array( 'verified', 'in_progress' ), true )
					? self::button( 'habeas_extend', array( 'request' => (string) $request['request'] ), __( 'Extend by 2 months', 'habeas' ), '<label>' . esc_html__( 'Reason that the person was told', 'habeas' ) . ' <input type="text" name="reason" required></label>' )
					: '';
				$row[]  = self::what_next( $request );
				$open[] = $row;
			} else {
				$row[]    = self::when( $request['closed_at'] );
				$row[]    = esc_html( $request['ground'] );
				$closed[] = $row;
			}
		}
		$heads = array( __( 'No.', 'habeas' ), __( 'Kind', 'habeas' ), __( 'State', 'habeas' ), __( 'Received', 'habeas' ) );
		echo '<h2>' . esc_html__( 'Open', 'habeas' ) . '</h2>';
		self::table( array_merge( $heads, array( __( 'Due', 'habeas' ), __( 'Extend', 'habeas' ), __( 'Do', 'habeas' ) ) ), $open, __( 'No open request.', 'habeas' ), __( 'Open requests', 'habeas' ) );
		echo '<p>' . wp_kses(
			/* translators: 1, 2: links */
			sprintf( __( 'Copies and erasures are done under <a href="%1$s">Export Personal Data</a> and <a href="%2$s">Erase Personal Data</a>.', 'habeas' ), esc_url( admin_url( 'export-personal-data.php' ) ), esc_url( admin_url( 'erase-personal-data.php' ) ) ),
			array( 'a' => array( 'href' => true ) )
		) . '</p><h2>' . esc_html__( 'Closed', 'habeas' ) . '</h2>';
		self::table( array_merge( $heads, array( __( 'Closed', 'habeas' ), __( 'What was kept, and why', 'habeas' ) ) ), $closed, __( 'None yet.', 'habeas' ), __( 'Closed requests', 'habeas' ) );
		echo '</div>';
	}

	/**
	 * What can be done here: requests of the preference centre and of links of habeas. Those of WordPress are done by its own
	 * tools.
	 *
	 * @param array<string, mixed> $request Schema request.
	 * @return string
	 */
	private static function what_next( array $request ) {
		if ( ! in_array( $request['state'], array( 'verified', 'in_progress', 'extended' ), true ) || ( 'wordpress' === $request['origin'] && in_array( $request['kind'], array( 'access', 'erasure' ), true ) ) ) {
			return '';
		}
		$fields = array( 'request' => (string) $request['request'] );
		$copy   = in_array( $request['kind'], array( 'access', 'portability' ), true ) && null !== $request['subject']
			? self::button( 'habeas_copy', $fields, __( 'Download copy', 'habeas' ) )
			: '';
		return $copy . self::button( 'habeas_fulfil', $fields, __( 'Done: close', 'habeas' ) );
	}

	/**
	 * Does what was asked where habeas can, and closes the request.
	 */
	public static function fulfil() {
		self::guard( 'habeas_fulfil' );
		self::run(
			'habeas-requests',
			static function () {
				$store = Habeas_WP_Store::get();
				$store->requests->fulfil( isset( $_POST['request'] ) ? absint( $_POST['request'] ) : 0 ); // phpcs:ignore WordPress.Security.NonceVerification.Missing -- guard() has.
				$store->holders->run();
			}
		);
	}

	/**
	 * The copy as one page, for the administrator to send; logged as a disclosure.
	 */
	public static function copy() {
		self::guard( 'habeas_copy' );
		try {
			$store   = Habeas_WP_Store::get();
			$request = $store->requests->get( isset( $_POST['request'] ) ? absint( $_POST['request'] ) : 0 ); // phpcs:ignore WordPress.Security.NonceVerification.Missing -- guard() has.
			if ( null === $request['subject'] || ! in_array( $request['kind'], array( 'access', 'portability' ), true ) ) {
				wp_die( esc_html__( 'You may not do this.', 'habeas' ), '', array( 'response' => 403 ) );
			}
			$html = $store->exports->html( $request['subject'], substr( get_bloginfo( 'language' ), 0, 2 ), 'data subject, request ' . $request['request'] );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
			wp_die( esc_html( $error->getMessage() ) );
		}
		nocache_headers();
		header( 'Content-Type: text/html; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="copy-' . (int) $request['request'] . '.html"' );
		echo $html; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- a whole document, escaped by habeas.
		exit;
	}

	/**
	 * Two months more (art. 12(3)).
	 */
	public static function extend() {
		self::guard( 'habeas_extend' );
		self::run(
			'habeas-requests',
			static function () {
				// phpcs:disable WordPress.Security.NonceVerification.Missing -- guard() has.
				Habeas_WP_Store::get()->requests->extend( isset( $_POST['request'] ) ? absint( $_POST['request'] ) : 0, 2, isset( $_POST['reason'] ) ? sanitize_text_field( wp_unslash( $_POST['reason'] ) ) : '' );
				// phpcs:enable
			}
		);
	}

	/**
	 * Screen: the latest entries of the ledger.
	 */
	public static function ledger() {
		$store = self::head( __( 'Ledger', 'habeas' ) );
		if ( null === $store ) {
			return;
		}
		$before = isset( $_GET['before'] ) ? absint( $_GET['before'] ) : PHP_INT_MAX; // phpcs:ignore WordPress.Security.NonceVerification.Recommended
		$rows   = array();
		$last   = 0;
		foreach ( $store->query( 'SELECT id, subject_id, kind, purpose, channel, recorded_at, actor_kind FROM v_event WHERE id < ? ORDER BY id DESC LIMIT 50', array( $before ) ) as $event ) {
			$last   = (int) $event['id'];
			$rows[] = array( esc_html( (string) $event['id'] ), self::when( $event['recorded_at'] ), esc_html( (string) ( $event['subject_id'] ?? '' ) ), esc_html( self::word( $event['kind'] ) ), esc_html( (string) ( $event['purpose'] ?? '' ) ), esc_html( (string) ( $event['channel'] ?? '' ) ) );
		}
		self::table( array( __( 'No.', 'habeas' ), __( 'Recorded', 'habeas' ), __( 'Person', 'habeas' ), __( 'What', 'habeas' ), __( 'Purpose', 'habeas' ), __( 'Channel', 'habeas' ) ), $rows, __( 'Nothing yet.', 'habeas' ), __( 'Ledger', 'habeas' ) );
		if ( 50 === count( $rows ) ) {
			echo '<p><a href="' . esc_url( admin_url( 'admin.php?page=habeas-ledger&before=' . $last ) ) . '">' . esc_html__( 'Older entries', 'habeas' ) . '</a></p>';
		}
		echo '</div>';
	}

	/**
	 * Screen: numbers, and whether the store is whole.
	 */
	public static function report() {
		$store = self::head( __( 'Report', 'habeas' ) );
		if ( null === $store ) {
			return;
		}
		$info = $store->info();
		$rows = array(
			array( esc_html__( 'People', 'habeas' ), esc_html( number_format_i18n( $store->subjects->count() ) ) ),
			array( esc_html__( 'Open requests', 'habeas' ), esc_html( (string) count( $store->requests->all( array( 'open_only' => true ) ) ) ) ),
			array( esc_html__( 'Late requests', 'habeas' ), esc_html( (string) count( array_filter( $store->requests->all( array( 'open_only' => true ) ), static fn( $each ) => $each['late'] ) ) ) ),
			array( esc_html__( 'Suppressed addresses', 'habeas' ), esc_html( number_format_i18n( $store->suppression->count() ) ) ),
			array( esc_html__( 'Way to the library', 'habeas' ), esc_html( $store->transport()->value ) ),
		);
		foreach ( $store->query( "SELECT purpose, kind, count(*) AS n FROM v_event WHERE purpose IS NOT NULL AND kind IN ('granted','withdrawn') AND subject_id IS NOT NULL GROUP BY purpose, kind ORDER BY purpose, kind" ) as $line ) {
			$rows[] = array( esc_html( $line['purpose'] . ': ' . $line['kind'] ), esc_html( number_format_i18n( (int) $line['n'] ) ) );
		}
		self::table( array( __( 'What', 'habeas' ), __( 'Now', 'habeas' ) ), $rows, '', __( 'Report', 'habeas' ) );
		foreach ( $info['warnings'] as $warning ) {
			echo '<div class="notice notice-warning inline"><p>' . esc_html( $warning ) . '</p></div>';
		}
		$found = $store->verify();
		$whole = $found['ok'] ?? empty( $found['problems'] );
		echo '<div class="notice inline ' . ( $whole ? 'notice-success' : 'notice-error' ) . '"><p>' . esc_html( $whole ? __( 'The store was verified just now: whole, no gap in its chain.', 'habeas' ) : __( 'The store does not verify. Run "wp habeas verify" for what is wrong.', 'habeas' ) ) . '</p></div></div>';
	}

	/**
	 * Registers the settings.
	 */
	public static function settings() {
		register_setting( 'habeas', Habeas_WP_Settings::OPTION, array( 'sanitize_callback' => array( 'Habeas_WP_Settings', 'sanitize' ) ) );
	}

	/**
	 * Screen: the settings, and which way to the library works here.
	 */
	public static function settings_page() {
		$all = Habeas_WP_Settings::all();
		echo '<div class="wrap habeas-admin"><h1>' . esc_html__( 'Settings of habeas', 'habeas' ) . '</h1>';
		settings_errors();
		$problem = Habeas_WP_Store::problem_with_path( $all['store'] );
		if ( '' !== $problem ) {
			echo '<div class="notice notice-error inline"><p>' . esc_html( $problem ) . '</p></div>';
		}
		echo '<form method="post" action="options.php">';
		settings_fields( 'habeas' );
		echo '<table class="form-table" role="presentation"><tbody>';
		$fields = array(
			'store'        => array( __( 'File of the store', 'habeas' ), __( 'Outside of the web root. The constant HABEAS_STORE comes first. Its files .key and .restore lie beside it: copy them elsewhere.', 'habeas' ) ),
			'key_file'     => array( __( 'File of the key', 'habeas' ), __( 'Empty: beside the store. Elsewhere is better: who copies one then does not copy the other. Set it before the store is created, or move the file too.', 'habeas' ) ),
			'program'      => array( __( 'Program', 'habeas' ), __( 'Path of habeas for the child process; empty: found in the PATH.', 'habeas' ) ),
			'library'      => array( __( 'Library', 'habeas' ), __( 'Path of libhabeas.so.0 for FFI; empty: that of the system.', 'habeas' ) ),
			'name'         => array( __( 'Controller', 'habeas' ), __( 'Name of the company or the person who answers for the data.', 'habeas' ) ),
			'address'      => array( __( 'Postal address', 'habeas' ), '' ),
			'email'        => array( __( 'E-mail of the controller', 'habeas' ), __( 'Sender of all mails of habeas.', 'habeas' ) ),
			'country'      => array( __( 'Country (two letters)', 'habeas' ), __( 'Its holidays move due dates.', 'habeas' ) ),
			'order_ground' => array( __( 'Why orders are kept', 'habeas' ), '' ),
			'order_years'  => array( __( 'Years that orders are kept', 'habeas' ), __( 'From the end of this year.', 'habeas' ) ),
		);
		foreach ( $fields as $key => $texts ) {
			self::row( 'habeas-' . $key, $texts[0], '<input class="regular-text" id="habeas-' . esc_attr( $key ) . '" name="' . esc_attr( Habeas_WP_Settings::OPTION . '[' . $key . ']' ) . '" value="' . esc_attr( $all[ $key ] ) . '">', $texts[1] );
		}
		$choice = '<select id="habeas-transport" name="' . esc_attr( Habeas_WP_Settings::OPTION ) . '[transport]">';
		foreach ( array(
			''          => __( 'the fastest that works', 'habeas' ),
			'extension' => __( 'PHP extension', 'habeas' ),
			'ffi'       => 'FFI',
			'process'   => __( 'child process', 'habeas' ),
		) as $value => $label ) {
			$choice .= '<option value="' . esc_attr( $value ) . '"' . selected( $all['transport'], $value, false ) . '>' . esc_html( $label ) . '</option>';
		}
		self::row( 'habeas-transport', __( 'Way to the library', 'habeas' ), $choice . '</select>', '' );
		self::row( 'habeas-erase_on_removal', __( 'Delete everything when the plugin is deleted', 'habeas' ), '<input class="regular-text" id="habeas-erase_on_removal" name="' . esc_attr( Habeas_WP_Settings::OPTION ) . '[erase_on_removal]" value="' . esc_attr( $all['erase_on_removal'] ) . '">', __( 'Write DELETE here, and the store with all proofs goes too. Anything else keeps it.', 'habeas' ) );
		echo '</tbody></table>';
		submit_button();
		echo '</form><h2>' . esc_html__( 'Ways to the library on this server', 'habeas' ) . '</h2>';
		$rows = array();
		foreach ( Habeas\Diagnostics::all( Habeas_WP_Store::options() ) as $name => $each ) {
			$rows[] = array( esc_html( $name ), esc_html( $each['works'] ? __( 'works', 'habeas' ) : __( 'does not work', 'habeas' ) ), esc_html( $each['why'] ), esc_html( $each['remedy'] ) );
		}
		self::table( array( __( 'Way', 'habeas' ), __( 'State', 'habeas' ), __( 'Why', 'habeas' ), __( 'What to do', 'habeas' ) ), $rows, '', __( 'Ways to the library', 'habeas' ) );
		echo '</div>';
	}
}
