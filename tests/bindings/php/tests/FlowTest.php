<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\BundleFormat;
use Habeas\Channel;
use Habeas\ConsentState;
use Habeas\RequestKind;
use Habeas\Status;
use Habeas\Store;

/**
 * From the form to the erasure, as a site does it.
 */
final class FlowTest extends StoreTestCase
{
    public function testAMigrationReadsOptOutsFirst(): void
    {
        $store = $this->memory();
        $folder = sys_get_temp_dir() . '/habeas-' . bin2hex(random_bytes(8));
        mkdir($folder, 0700);
        file_put_contents("$folder/hubspot.csv", "Record ID,Email\n1,ada@example.org\n2,bob@example.org\n");
        file_put_contents("$folder/out.csv", "Email\nbob@example.org\n");
        try {
            $options = ['contacts' => "$folder/hubspot.csv"];
            self::failure(Status::Invalid, fn () => $store->imports->migrate('hubspot', $options));
            $options['opt_outs'] = ["$folder/out.csv"];
            self::assertTrue($store->imports->previewMigration('hubspot', $options)['preview']);
            $report = $store->imports->migrate('hubspot', $options);
            self::assertTrue($report['balanced']);
            self::assertSame([1, 0], array_column($report['parts'], 'suppressed'));
        } finally {
            array_map('unlink', glob("$folder/*") ?: []);
            rmdir($folder);
        }
    }

    public function testASignUpByAFormIsConfirmedByMail(): void
    {
        $store = $this->memory();
        $this->declareForm($store);
        $html = $store->forms->render('signup', ['action' => '/signup'])['html'];
        self::assertStringContainsString('<form', $html);
        self::assertStringContainsString('Yes, tell me.', $html);
        $wrong = $store->forms->submit('signup', ['mail' => 'no address', 'tips' => 'yes']);
        self::assertNotEmpty($wrong['errors']);
        $sent = $store->forms->submit(
            'signup',
            ['mail' => 'eve@example.org', 'given' => 'Eve', 'tips' => 'yes'],
            ['ip' => '192.0.2.7', 'user_agent' => 'Test'],
        );
        self::assertSame([], $sent['errors']);
        $eve = $store->subjects->find('email', 'eve@example.org');
        self::assertIsInt($eve);
        self::assertSame(ConsentState::Requested, $store->consents->state($eve, 'tips', Channel::Email));

        $store->outbox->sendToFolder($this->folder . '/mail');
        $mail = quoted_printable_decode((string) file_get_contents((glob($this->folder . '/mail/*.eml') ?: [''])[0]));
        self::assertSame(1, preg_match('~https://shop\.example/confirm/([A-Za-z0-9_-]+)~', $mail, $link));
        self::assertNotNull($store->optins->lookUp($link[1]));
        $page = $store->pages->get(['path' => '/confirm/' . $link[1], 'language' => 'en']);
        self::assertSame(200, $page['status']);
        self::assertNotNull($store->optins->confirm($link[1], ['ip' => '192.0.2.7']));
        self::assertNull($store->optins->confirm('nonsense'));
        self::assertTrue($store->decisions->mayProcess($eve, 'tips', Channel::Email)->allowed);
        self::assertStringContainsString('/preferences/', $store->pages->preferencesLink($eve));
    }

    public function testABreachIsRecordedCountedToldAndClosed(): void
    {
        $store = $this->memory();
        $store->setSetting('sender', 'Shop <shop@example.org>');
        $store->purposes->define([
            'code' => 'breach_notice', 'basis' => 'legal_obligation', 'kind' => 'legal', 'channels' => ['email'],
        ]);
        $store->templates->define([
            'code' => 'breach', 'purpose' => 'breach_notice',
            'languages' => ['en' => ['subject' => '{{data.title}}', 'text' => '{{data.measures}}']],
        ]);
        $anna = self::person($store);
        $laptop = [
            'code' => 'laptop', 'title' => 'A laptop was stolen', 'nature' => ['confidentiality'],
            'affected' => ['filter' => ['field' => 'email', 'op' => '!empty'], 'subjects' => 'customers'],
            'consequences' => 'Phishing.', 'measures' => 'Passwords were reset.',
        ];
        $store->breaches->define($laptop);
        $store->breaches->recount('laptop');
        self::assertSame([$anna], iterator_to_array($store->breaches->persons('laptop'), false));
        self::assertCount(1, $store->breaches->all(['open_only' => true, 'within_hours' => 72]));
        $store->breaches->assess('laptop', 'high', 'passwords in clear');
        self::failure(Status::Denied, fn () => $store->breaches->close('laptop'));
        $store->breaches->notify('laptop', ['reference' => 'D-1', 'complete' => false]);
        $store->breaches->notify('laptop');
        self::assertSame(1, $store->breaches->tell('laptop', 'breach')['queued']);
        self::assertSame([], iterator_to_array($store->breaches->persons('laptop', true), false));
        $store->breaches->inform('laptop', ['how' => 'by letter, too']);
        $store->breaches->note('laptop', 'the police has a file');
        $store->breaches->close('laptop', 'new locks');
        $store->breaches->reopen('laptop', 'more is known');
        $store->breaches->dismiss('laptop', 'nothing was on it');
        $record = $store->breaches->get('laptop');
        self::assertSame('dismissed', $record['state']);
        self::assertSame(1, $record['figures']['persons']);
        self::assertStringContainsString('A laptop was stolen', $store->breaches->html('laptop'));
    }

    public function testAPrivacyNoticeIsDraftedAndTextsAreHeldAgainstTheRules(): void
    {
        $store = $this->memory();
        self::assertSame('de', $store->privacyNotice('de')['language']);
        self::assertStringContainsString('Datenschutzhinweise', $store->privacyNoticeHtml('de'));
        self::assertSame(0, $store->lintTexts()['errors']);
    }

    public function testAPersonGetsTheirDataAndIsErasedWhenTheyAsk(): void
    {
        $store = $this->created();
        self::declare($store);
        $anna = self::person($store);
        self::consent($store, $anna);
        $request = $store->requests->openFor(RequestKind::Access, 'email', 'anna@example.org', 'form:privacy');
        $token = $store->requests->askIdentity($request);
        self::assertNull($store->requests->confirm('x' . $token));
        self::assertSame($request, $store->requests->confirm($token));
        self::assertNull($store->requests->confirm($token));
        $due = $store->requests->get($request)['due'] ?? $store->requests->get($request);
        self::assertNotEmpty($due);
        self::assertStringContainsString('anna@example.org', json_encode($store->exports->json($anna)) ?: '');
        self::assertStringContainsString('<html', $store->exports->html($anna, language: 'de', preview: true));
        $store->exports->file($anna, $this->folder . '/anna.zip', BundleFormat::Zip, password: 'a long pass phrase');
        self::assertSame("PK", substr((string) file_get_contents($this->folder . '/anna.zip'), 0, 2));
        $store->requests->fulfil($request, 'by the bundle');
        self::assertSame('fulfilled', $store->requests->get($request)['state']);

        self::assertNotEmpty($store->erasures->plan($anna));
        $erasure = $store->requests->open(RequestKind::Erasure, $anna);
        self::failure(Status::Denied, fn () => $store->requests->fulfil($erasure));
        $store->requests->vouch($erasure, 'signed in');
        $store->requests->fulfil($erasure);
        self::failure(Status::Erased, fn () => $store->subjects->get($anna));
        self::assertFileDoesNotExist($this->folder . '/anna.zip');
        self::assertSame([], $store->verify(['residue' => ['anna@example.org']])['findings']);
        self::assertTrue($store->suppression->has('email', 'anna@example.org'));
    }

    public function testABackupIsPutBackWithoutThoseWhoWereErased(): void
    {
        $store = $this->created();
        $anna = self::person($store);
        self::person($store, 'bob@example.org');
        $key = $store->backups->newKey();
        $told = 0;
        $store->backups->write($this->folder . '/backup', $key, progress: function () use (&$told): void {
            ++$told;
        });
        self::assertGreaterThan(0, $told);
        $store->erasures->execute($anna);
        $store->close();
        $report = Store::restore($this->folder . '/backup', $this->folder . '/a.habeas', $key, self::options(), true);
        self::assertNotEmpty($report);
        $again = $this->again();
        self::failure(Status::Erased, fn () => $again->subjects->get($anna));
        self::assertSame(1, $again->subjects->count());
        self::failure(Status::KeyMissing, fn () => Store::restore(
            $this->folder . '/backup',
            $this->folder . '/b.habeas',
            '',
            self::options(),
        ));
        $again->close();
        Store::migrate($this->folder . '/a.habeas', self::options()); // current: stays as it is
    }

    public function testSegmentsTagsPointsAndChangesAreThere(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $bob = self::person($store, 'bob@example.org');
        $position = $store->changes->position();
        $store->tags->add($anna, 'vip');
        $filter = ['field' => 'tag', 'op' => 'in', 'value' => ['vip']];
        self::assertSame([$anna], iterator_to_array($store->segments->match($filter), false));
        $store->segments->define(['code' => 'vips', 'filter' => $filter]);
        $store->segments->refresh('vips');
        self::assertTrue($store->segments->contains('vips', $anna));
        $store->segments->add('vips', $bob);
        self::assertSame([$anna, $bob], iterator_to_array($store->segments->members('vips'), false));
        self::assertSame(1, $store->segments->count($filter));
        self::assertNotEmpty($store->changes->read($position)['changes']);
        self::assertSame('vips', $store->definitions()['segments'][0]['code']);
    }

    private function declareForm(Store $store): void
    {
        self::declare($store);
        $store->apply(['habeas_definitions' => 1, 'purposes' => [
            [
                'code' => 'tips', 'labels' => ['en' => 'Tips'], 'basis' => 'consent', 'kind' => 'marketing',
                'channels' => ['email'], 'double_opt_in' => true,
                'texts' => [['texts' => [['language' => 'en', 'label' => 'Yes, tell me.', 'text' => self::WORDS]]]],
            ],
            [
                'code' => 'confirming', 'basis' => 'legitimate_interests', 'balancing_test' => true,
                'kind' => 'confirmation', 'channels' => ['email'],
            ],
        ], 'templates' => [[
            'code' => 'please_confirm', 'purpose' => 'confirming',
            'languages' => ['en' => ['subject' => 'Is it you?', 'text' => '{{data.confirm_url}}']],
        ]]]);
        $store->forms->define([
            'code' => 'signup', 'language' => 'en', 'country' => 'AT', 'primary_purpose' => 'tips',
            'privacy_url' => 'https://shop.example/privacy', 'confirm_template' => 'please_confirm',
            'fields' => [
                ['name' => 'mail', 'type' => 'email', 'label' => 'E-mail', 'maps_to' => 'email', 'required' => true],
                ['name' => 'given', 'type' => 'text', 'label' => 'First name', 'maps_to' => 'first_name'],
                ['type' => 'checkbox', 'purpose' => 'tips'],
            ],
            'actions' => [['type' => 'message', 'text' => 'Thank you']],
        ]);
        $store->forms->publish('signup');
    }

    private const WORDS = 'Example Shop may send me tips about garden tools by e-mail. '
        . 'I can withdraw this at any time.';
}
