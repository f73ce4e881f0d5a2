<?php

declare(strict_types=1);

namespace Habeas;

/**
 * The host's own way of sending, such as wp_mail.
 */
interface Gateway
{
    /**
     * id (kept with each message; 1 to 60 bytes), and as far as wanted: channels (none: e-mail),
     * batch_size (50), compose (true: e-mails come as MIME too), processor (who processes the data,
     * art. 28), resolves (true: resolve() can tell).
     *
     * @return array<string, mixed>
     */
    public function description(): array;

    /**
     * One answer for each message, in order: ['outcome' => GatewayOutcome::Sent], and as far as
     * there are: reference (the gateway's own), reason (a short word without personal data),
     * retry_after_ms. What it throws makes all of them uncertain and ends the run.
     *
     * @param list<array<string, mixed>> $messages channel, message, reference (the idempotency
     *        key), recipient, document (schema outgoing_message), mime, attachments (name, type,
     *        content in base64)
     * @return list<array<string, mixed>>
     */
    public function send(array $messages): array;

    /**
     * What became of a message whose answer was lost; null: this gateway cannot tell.
     *
     * @return array<string, mixed>|null as an answer of send()
     */
    public function resolve(string $reference): ?array;
}
