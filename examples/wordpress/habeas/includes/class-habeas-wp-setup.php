<?php
/**
 * What the store must know of the site: controller, service purposes, mails, forms.
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

/**
 * Declares what the plugin needs; doing it twice is the same as doing it once.
 */
final class Habeas_WP_Setup {

	const SIGNUP  = 'habeas_signup';
	const REQUEST = 'habeas_request';

	/**
	 * Where the pages of habeas are.
	 *
	 * @return string
	 */
	public static function base_url() {
		return untrailingslashit( home_url( '/habeas', 'https' ) );
	}

	/**
	 * Declares everything again where the settings changed.
	 */
	public static function ensure() {
		$settings = Habeas_WP_Settings::all();
		$state    = md5( wp_json_encode( array( $settings, self::base_url(), HABEAS_PLUGIN_VERSION, get_bloginfo( 'language' ) ) ) );
		$store    = Habeas_WP_Store::get();
		if ( get_option( 'habeas_setup' ) === $state ) {
			return;
		}
		$store->apply( self::definitions( $settings ) );
		self::forms();
		update_option( 'habeas_setup', $state, false );
	}

	/**
	 * Schema definitions.
	 *
	 * @param array<string, string> $settings Of the plugin.
	 * @return array<string, mixed>
	 */
	private static function definitions( $settings ) {
		return array(
			'habeas_definitions' => 1,
			'settings'           => array(
				'controller'      => array_filter(
					array(
						'name'    => $settings['name'],
						'address' => preg_replace( '/\s*\R\s*/', ', ', trim( $settings['address'] ) ),
						'email'   => $settings['email'],
						'contact' => $settings['email'],
						'url'     => home_url( '', 'https' ),
						'country' => $settings['country'],
					)
				),
				'default_country' => $settings['country'],
				'base_url'        => self::base_url(),
				'sender'          => str_replace( array( '<', '>', '"', ',' ), '', $settings['name'] ) . ' <' . $settings['email'] . '>',
			),
			'purposes'           => array(
				array(
					'code'           => 'confirming',
					'basis'          => 'legitimate_interests',
					'kind'           => 'confirmation',
					'channels'       => array( 'email' ),
					'balancing_test' => true,
					'labels'         => array(
						'en' => 'Confirmation of an address',
						'de' => 'Bestätigung einer Adresse',
					),
				),
				array(
					'code'     => 'privacy_requests',
					'basis'    => 'legal_obligation',
					'kind'     => 'legal',
					'channels' => array( 'email' ),
					'labels'   => array(
						'en' => 'Answers to requests about data',
						'de' => 'Antworten auf Anfragen zu Daten',
					),
				),
			),
			'templates'          => array(
				array(
					'code'             => 'please_confirm',
					'kind'             => 'transactional',
					'purpose'          => 'confirming',
					'default_language' => 'en',
					'languages'        => array(
						'en' => array(
							'subject' => 'Please confirm',
							'text'    => "Somebody, we think you, signed up with this address. Was it you? Then open this page and press its button:\n\n{{data.confirm_url}}\n\nIf not, do nothing.\n",
						),
						'de' => array(
							'subject' => 'Bitte bestätigen',
							'text'    => "Jemand, vermutlich Sie, hat sich mit dieser Adresse angemeldet. Waren Sie es? Dann öffnen Sie diese Seite und drücken Sie den Knopf:\n\n{{data.confirm_url}}\n\nWenn nicht, tun Sie nichts.\n",
						),
					),
				),
			),
		);
	}

	/**
	 * The purposes that the consent form asks about.
	 *
	 * @return list<string>
	 */
	public static function asked_purposes() {
		$out = array();
		foreach ( Habeas_WP_Store::get()->purposes->all() as $purpose ) {
			if ( 'consent' === $purpose['basis'] && empty( $purpose['retired_at'] ) && ! empty( $purpose['texts'] ) ) {
				$out[] = $purpose['code'];
			}
		}
		return $out;
	}

	/**
	 * Declares and publishes the two forms.
	 */
	public static function forms() {
		$forms   = Habeas_WP_Store::get()->forms;
		$privacy = get_privacy_policy_url();
		$common  = array(
			'language'    => 'en',
			'country'     => Habeas_WP_Settings::get( 'country' ),
			'privacy_url' => set_url_scheme( '' === $privacy ? home_url( '/privacy-policy/' ) : $privacy, 'https' ),
		);
		$mail    = array(
			'name'     => 'mail',
			'type'     => 'email',
			'maps_to'  => 'email',
			'required' => true,
			'label'    => array(
				'en' => 'E-mail address',
				'de' => 'E-Mail-Adresse',
			),
		);
		$kinds   = array();
		foreach ( self::request_kinds() as $value => $label ) {
			$kinds[] = array(
				'value' => $value,
				'label' => $label,
			);
		}
		$forms->define(
			$common + array(
				'code'            => self::REQUEST,
				'primary_purpose' => 'privacy_requests',
				'title'           => array(
					'en' => 'Your data, your rights',
					'de' => 'Ihre Daten, Ihre Rechte',
				),
				'fields'          => array(
					$mail,
					array(
						'name'     => 'wish',
						'type'     => 'radio',
						'required' => true,
						'options'  => $kinds,
						'label'    => array(
							'en' => 'What shall we do?',
							'de' => 'Was sollen wir tun?',
						),
					),
					array(
						'name' => 'website',
						'type' => 'honeypot',
					),
				),
				'submit_label'    => array(
					'en' => 'Send request',
					'de' => 'Anfrage senden',
				),
				'actions'         => array(
					array(
						'type' => 'message',
						'text' => array(
							'en' => 'Thank you. If this address is yours, look into your mail and confirm the request.',
							'de' => 'Danke. Wenn diese Adresse Ihre ist, sehen Sie in Ihre E-Mails und bestätigen Sie die Anfrage.',
						),
					),
				),
			)
		);
		$forms->publish( self::REQUEST );
		$purposes = self::asked_purposes();
		if ( array() === $purposes ) {
			if ( in_array( self::SIGNUP, array_column( $forms->all(), 'code' ), true ) ) {
				$forms->retire( self::SIGNUP ); // The last purpose was retired.
			}
			return;
		}
		$fields = array( $mail );
		foreach ( $purposes as $code ) {
			$fields[] = array(
				'type'    => 'checkbox',
				'purpose' => $code,
			);
		}
		$fields[] = array(
			'name' => 'website',
			'type' => 'honeypot',
		);
		$forms->define(
			$common + array(
				'code'             => self::SIGNUP,
				'primary_purpose'  => $purposes[0],
				'confirm_template' => 'please_confirm',
				'title'            => array(
					'en' => 'Stay in touch',
					'de' => 'In Verbindung bleiben',
				),
				'fields'           => $fields,
				'submit_label'     => array(
					'en' => 'Sign up',
					'de' => 'Anmelden',
				),
				'actions'          => array(
					array(
						'type' => 'message',
						'text' => array(
							'en' => 'Thank you. Please look into your mail.',
							'de' => 'Danke. Bitte sehen Sie in Ihre E-Mails.',
						),
					),
				),
			)
		);
		$forms->publish( self::SIGNUP );
	}

	/**
	 * What a person may ask for, by the kind of the request.
	 *
	 * @return array<string, array<string, string>>
	 */
	public static function request_kinds() {
		return array(
			'access'        => array(
				'en' => 'Give me a copy of my data',
				'de' => 'Geben Sie mir eine Kopie meiner Daten',
			),
			'erasure'       => array(
				'en' => 'Delete my data',
				'de' => 'Löschen Sie meine Daten',
			),
			'rectification' => array(
				'en' => 'Correct my data',
				'de' => 'Berichtigen Sie meine Daten',
			),
			'restriction'   => array(
				'en' => 'Keep my data, but do not use it',
				'de' => 'Behalten Sie meine Daten, aber nutzen Sie sie nicht',
			),
			'objection'     => array(
				'en' => 'I object to the use of my data',
				'de' => 'Ich widerspreche der Nutzung meiner Daten',
			),
		);
	}
}
