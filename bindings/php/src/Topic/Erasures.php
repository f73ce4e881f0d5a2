<?php

declare(strict_types=1);

namespace Habeas\Topic;

/**
 * Erasure (art. 17): provable, also of the bytes.
 */
final class Erasures extends Topic
{
    /**
     * What would go, what would stay and why (schema erasure_plan).
     *
     * @return array<string, mixed>
     */
    public function plan(int $subject): array
    {
        return $this->connection->call('erasure.plan', ['subject' => $subject]);
    }

    /**
     * Erases one or many: one transaction for all. Erasing again succeeds and says so.
     *
     * @param int|list<int> $subjects
     * @param string|null $ground kept in the receipt; null: "17(1)(b)"
     * @param bool $withoutSuppression no keyed hashes stay, so an import may bring the person back
     * @param array<string, string> $proofs by purpose: none, commitment or sealed
     * @param \DateTimeInterface|null $proofUntil sealed: when the evidence is deleted
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return list<array<string, mixed>> schema erasure_results
     */
    public function execute(
        int|array $subjects,
        ?string $ground = null,
        bool $withoutSuppression = false,
        array $proofs = [],
        ?\DateTimeInterface $proofUntil = null,
        ?callable $progress = null,
    ): array {
        return $this->connection->call('erasure.execute', [
            'subjects' => (array) $subjects,
            'ground' => $ground,
            'without_suppression' => $withoutSuppression ?: null,
            'proofs' => $proofs ?: null,
            'proof_until' => $proofUntil,
        ], ['progress' => $progress]);
    }

    /**
     * Without personal data (schema erasure_receipt).
     *
     * @return array<string, mixed>
     */
    public function receipt(int $subject): array
    {
        return $this->connection->call('erasure.receipt', ['subject' => $subject]);
    }

    /**
     * Does what a person brings fit what stayed in the audit chain?
     *
     * @param array<string, mixed> $commitment schema commitment
     */
    public function checkCommitment(array $commitment): bool
    {
        return $this->connection->call('erasure.check_commitment', [
            'commitment' => \Habeas\Json::object($commitment),
        ]);
    }

    /**
     * Reads sealed evidence; the ground is recorded first.
     *
     * @return list<array<string, mixed>> schema commitment
     */
    public function openProof(int $subject, string $purpose, string $ground): array
    {
        return $this->connection->call(
            'erasure.open_proof',
            ['subject' => $subject, 'purpose' => $purpose, 'ground' => $ground],
        );
    }
}
