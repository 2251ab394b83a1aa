import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

/** What breaks a wall, in every form an import has, and the rule and arrow that must be named. */
const planted: readonly { file: string; text: string; broken: string }[] = [
  {
    file: 'src/session/planted.ts',
    text: "import type { Store } from '../store/store.ts';\nexport type Planted = Store;\n",
    broken: 'walls of src/session: src/session/planted.ts → src/store/store.ts',
  },
  {
    file: 'src/home/planted.ts',
    text: "export type Planted = import('../log/logger.ts').Logger;\n",
    broken: 'walls of src/home: src/home/planted.ts → src/log/logger.ts',
  },
  {
    file: 'src/http/planted.ts',
    text: "export async function planted(): Promise<void> {\n  await import('../../components/app/mount.ts');\n}\n",
    broken: 'walls of src/http: src/http/planted.ts → components/app/mount.ts',
  },
  {
    file: 'src/master/planted.ts',
    text: "export * from '../cli/open-door.ts';\n",
    broken: 'walls of src/master: src/master/planted.ts → src/cli/open-door.ts',
  },
  {
    file: 'src/cli/commands/planted.ts',
    text: "export { openStore } from '../../store/store.ts';\n",
    broken: 'walls of src/cli/commands/*: src/cli/commands/planted.ts → src/store/store.ts',
  },
  {
    file: 'components/widgets/planted.tsx',
    text: [
      "import { Text } from 'ink';",
      "import { App } from '../app/app.tsx';",
      'export const Planted = () => <Text color="red">{String(App)}</Text>;\n',
    ].join('\n'),
    broken: 'walls of components/widgets: components/widgets/planted.tsx → components/app/app.tsx',
  },
  {
    file: 'workers/conversation/limits/planted.ts',
    text: "export type { TurnState } from '../turn/turn-state.ts';\n",
    broken: 'walls of workers/conversation/limits: workers/conversation/limits/planted.ts → workers/conversation/turn/',
  },
  {
    file: 'src/orchestrator/door/planted.ts',
    text: "export async function planted(): Promise<void> {\n  await using stack = new AsyncDisposableStack();\n  stack.use(null);\n  await import('pm2');\n}\n",
    broken: 'home of pm2: src/orchestrator/door/planted.ts → ',
  },
  {
    file: 'workers/session/planted.ts',
    text: "export type { WPP } from '@wppconnect-team/wppconnect';\n",
    broken: 'home of @wppconnect-team/wppconnect: workers/session/planted.ts → ',
  },
  {
    file: 'src/orchestrator/health/planted.ts',
    text: "export { readFileSync } from 'node:fs';\n",
    broken: 'pure rooms stay pure: src/orchestrator/health/planted.ts → fs',
  },
  {
    file: 'src/attic/planted.ts',
    text: "export { plainText } from '../session/plain-text.ts';\n",
    broken: 'every folder is a room: src/attic/planted.ts → src/session/plain-text.ts',
  },
  {
    file: 'src/log/planted-one.ts',
    text: "import type { Two } from './planted-two.ts';\nexport type One = Two;\n",
    broken: 'no circle: src/log/planted-one.ts → ',
  },
  {
    file: 'src/log/planted-two.ts',
    text: "import type { One } from './planted-one.ts';\nexport type Two = One | undefined;\n",
    broken: 'no circle: src/log/planted-',
  },
];

describe('the walls', () => {
  let house = '';
  let run = { status: null as number | null, output: '' };

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'zap-walls-'));
    for (const part of [
      'src',
      'components',
      'workers',
      'scripts',
      'package.json',
      'tsconfig.json',
      '.dependency-cruiser.cjs',
    ]) {
      cpSync(join(root, part), join(house, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));

    for (const { file, text } of planted) {
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, file), text);
    }

    const [, ...command] = (scripts.walls ?? '').split(' ');
    const ended = spawnSync(process.execPath, command, { cwd: house, encoding: 'utf8', timeout: 110_000 });
    run = { status: ended.status, output: ended.stdout + ended.stderr };
  });

  afterAll(() => rmSync(house, { recursive: true, force: true }));

  test('belong to the linter', () => {
    expect(scripts.lint).toContain('&& npm run walls');
  });

  test('fail when one is broken', () => {
    expect(run.status).toBeGreaterThan(0);
  });

  test.each(planted)('name $file', ({ broken }) => {
    expect(run.output).toContain(broken);
  });

  test('find nothing but what was planted', () => {
    const errors = run.output.split('\n').filter((line) => line.includes('error '));

    expect(errors.filter((line) => !line.includes('planted'))).toEqual([]);
  });
});
