<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Forms: declared, held against the law, rendered, sent.
 */
final class Forms extends Topic
{
    /**
     * Declares a form or its next version; its number (schema form).
     *
     * @param array<string, mixed> $form
     */
    public function define(array $form): int
    {
        return $this->connection->call('form.define', ['form' => Json::object($form)]);
    }

    /**
     * A DeniedException names the rules while the lint finds an error; a reason to publish all the
     * same is kept for good.
     */
    public function publish(string $code, ?string $overrideReason = null): void
    {
        $this->connection->call('form.publish', ['code' => $code, 'override_reason' => $overrideReason]);
    }

    /** No more submissions. */
    public function retire(string $code): void
    {
        $this->connection->call('form.retire', ['code' => $code]);
    }

    /**
     * Schema form_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('form.list');
    }

    /**
     * Schema form_info.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code, ?int $version = null): array
    {
        return $this->connection->call('form.find', ['code' => $code, 'version' => $version]);
    }

    /**
     * All that the rules find (schema lint_findings).
     *
     * @param array<string, mixed> $form
     * @return array<array-key, mixed>
     */
    public function lint(array $form): array
    {
        return $this->connection->call('form.lint', ['form' => Json::object($form)]);
    }

    /**
     * The same by the definition alone.
     *
     * @param array<string, mixed> $form
     * @return array<array-key, mixed>
     */
    public function lintDefinition(array $form): array
    {
        return $this->connection->call('form.lint_definition', ['form' => Json::object($form)]);
    }

    /**
     * As HTML (schemas render_options, rendered_form).
     *
     * @param array<string, mixed>|null $options
     * @return array<array-key, mixed>
     */
    public function render(string $code, ?array $options = null, ?bool $draft = null): array
    {
        return $this->connection->call(
            'form.render',
            ['code' => $code, 'options' => Json::object($options), 'draft' => $draft],
        );
    }

    /**
     * Takes what somebody sent, as a browser sends it; values that are wrong are no failure
     * (schemas form_values, submission_context, submission_result).
     *
     * @param array<string, mixed> $values
     * @param array<string, mixed>|null $context
     * @return array<array-key, mixed>
     */
    public function submit(string $code, array $values, ?array $context = null): array
    {
        return $this->connection->call(
            'form.submit',
            ['code' => $code, 'values' => Json::object($values), 'context' => Json::object($context)],
        );
    }

    /** The number of the submission; null: the token does not count. */
    public function confirm(string $token): ?int
    {
        return $this->connection->call('form.confirm', ['token' => $token]);
    }

    /**
     * Schema submission.
     *
     * @return array<array-key, mixed>
     */
    public function submission(int $submission): array
    {
        return $this->connection->call('form.submission', ['submission' => $submission]);
    }

    /**
     * In order of number (schema submission_list).
     *
     * @return array<array-key, mixed>
     */
    public function submissions(
        ?string $code = null,
        ?int $subject = null,
        ?int $limit = null,
        ?int $after = null,
    ): array {
        return $this->connection->call(
            'form.submissions',
            ['code' => $code, 'subject' => $subject, 'limit' => $limit, 'after' => $after],
        );
    }
}
