<?php

declare(strict_types=1);

namespace Habeas\Tests;

/**
 * The package against the table of calls: what one has, the other has too.
 */
final class MethodsTest extends StoreTestCase
{
    private const SOURCE = __DIR__ . '/../../../../bindings/php/src';

    public function testEachCallOfTheTableHasItsMethodInThePackage(): void
    {
        $source = '';
        foreach ([...glob(self::SOURCE . '/Topic/*.php') ?: [], self::SOURCE . '/Store.php'] as $file) {
            $source .= file_get_contents($file);
        }
        $wanting = [];
        foreach (array_column($this->memory()->call('methods'), 'method') as $method) {
            if (!str_contains($source, "'" . $method . "'")) {
                $wanting[] = $method;
            }
        }
        // Before there is a store, and what describes the table itself.
        self::assertSame(['has'], $wanting);
    }

    public function testEachMethodGivesParametersThatTheTableHas(): void
    {
        $table = [];
        foreach ($this->memory()->call('methods') as $method) {
            $table[$method['method']] = array_column($method['parameters'], 'required', 'name');
        }
        $looked = 0;
        foreach (glob(self::SOURCE . '/Topic/*.php') ?: [] as $file) {
            $pattern = "/call\(\s*'([a-z_.]+)'(?:,\s*\[((?:[^\[\]]|\[[^\[\]]*\])*)\])?/";
            preg_match_all($pattern, (string) file_get_contents($file), $calls, PREG_SET_ORDER);
            foreach ($calls as $call) {
                self::assertArrayHasKey($call[1], $table, $call[1]);
                preg_match_all("/'([a-z_]+)' =>/", $call[2] ?? '', $names);
                foreach ($names[1] as $name) {
                    self::assertArrayHasKey($name, $table[$call[1]], "$call[1] has no $name");
                }
                foreach (array_keys(array_filter($table[$call[1]])) as $name) {
                    self::assertContains($name, $names[1], "$call[1] needs $name");
                }
                ++$looked;
            }
        }
        self::assertGreaterThan(180, $looked);
    }
}
