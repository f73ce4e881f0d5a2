<?php
/**
 * Messages of the store leave by wp_mail().
 *
 * @package Habeas
 */

defined( 'ABSPATH' ) || exit;

use Habeas\Gateway;
use Habeas\GatewayOutcome;

/**
 * The gateway.
 */
final class Habeas_WP_Mail implements Gateway {

	/**
	 * Who it is.
	 *
	 * @return array<string, mixed>
	 */
	public function description(): array {
		return array(
			'id'         => 'wp_mail',
			'compose'    => false,
			'batch_size' => 10,
		);
	}

	/**
	 * Hands each message over.
	 *
	 * @param array<int, array<string, mixed>> $messages Of the outbox.
	 * @return array<int, array<string, mixed>>
	 */
	public function send( array $messages ): array {
		return array_map( array( $this, 'send_one' ), $messages );
	}

	/**
	 * The function wp_mail() cannot tell later.
	 *
	 * @param string $reference Of the message.
	 * @return array<string, mixed>|null
	 */
	public function resolve( string $reference ): ?array {
		return null;
	}

	/**
	 * One mail; text beside HTML as its alternative.
	 *
	 * @param array<string, mixed> $message Of the outbox.
	 * @return array<string, mixed>
	 */
	private function send_one( array $message ) {
		$mail    = $message['document'];
		$headers = array();
		foreach ( $mail['headers'] as $each ) {
			$headers[] = $each['name'] . ': ' . $each['value'];
		}
		if ( ! empty( $mail['reply_to']['address'] ) ) {
			$headers[] = 'Reply-To: ' . $mail['reply_to']['address'];
		}
		$html        = ! empty( $mail['html'] );
		$headers[]   = 'Content-Type: ' . ( $html ? 'text/html' : 'text/plain' ) . '; charset=UTF-8';
		$alternative = static function ( $mailer ) use ( $mail, $html ) {
			$mailer->AltBody = $html ? (string) $mail['text'] : ''; // phpcs:ignore WordPress.NamingConventions.ValidVariableName.UsedPropertyNotSnakeCase
		};
		add_action( 'phpmailer_init', $alternative );
		try {
			$sent = wp_mail( $mail['recipient']['address'], $mail['subject_line'], $html ? $mail['html'] : (string) $mail['text'], $headers );
		} finally {
			remove_action( 'phpmailer_init', $alternative );
		}
		return array( 'outcome' => $sent ? GatewayOutcome::Sent : GatewayOutcome::Transient );
	}

	/**
	 * Sends what is due; a failure is left to the next run.
	 */
	public static function flush() {
		try {
			Habeas_WP_Store::get()->outbox->send( new self() );
		} catch ( Throwable $error ) {
			Habeas_WP_Store::log( $error );
		}
	}
}
