import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ts } from '@ts-morph/common';
import { expect, test } from 'vitest';

/** `Row.displayName = 'Row'`: of what the module itself makes, so it is in time whenever it runs. */
const namesComponent = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) &&
  ts.isBinaryExpression(statement.expression) &&
  statement.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
  ts.isPropertyAccessExpression(statement.expression.left) &&
  statement.expression.left.name.text === 'displayName';

/**
 * The build runs a module when the first of its names is used (docs/decisions/starts.md), so one that does something when it is imported would
 * do it late, or never.
 */
const doesSomething = (name: string, text: string): readonly string[] => {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false);
  return file.statements
    .filter(
      (statement) =>
        !(
          ts.isImportDeclaration(statement) ||
          ts.isExportDeclaration(statement) ||
          ts.isFunctionDeclaration(statement) ||
          ts.isClassDeclaration(statement) ||
          ts.isInterfaceDeclaration(statement) ||
          ts.isTypeAliasDeclaration(statement) ||
          ts.isVariableStatement(statement) ||
          ts.isModuleDeclaration(statement) ||
          ts.isEmptyStatement(statement) ||
          namesComponent(statement)
        ) ||
        // Nothing is named: what it does can only be done by running it.
        (ts.isImportDeclaration(statement) && statement.importClause === undefined),
    )
    .map((statement) => `${name}: ${statement.getText(file).split('\n')[0]}`);
};

const root = resolve(import.meta.dirname, '../..');
/** As `scripts/build.mjs` begins with them. */
const entries = (): readonly string[] => {
  const build = readFileSync(join(root, 'scripts/build.mjs'), 'utf8');
  const points = /entryPoints: \{([^}]*)\}/.exec(build)?.[1] ?? '';
  return [...points.matchAll(/'([^']+\.tsx?)'/g)].map(([, path]) => path ?? '');
};

test('no module but the entries does anything when it is imported', () => {
  const files = globSync(['src/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}', 'workers/**/*.{ts,tsx}'], { cwd: root });
  expect(files.length).toBeGreaterThan(500);
  expect(entries().length).toBeGreaterThan(3);

  const found = files
    .filter((path) => !entries().includes(path))
    .flatMap((path) => doesSomething(path, readFileSync(join(root, path), 'utf8')));
  expect(found).toEqual([]);
});

test.each([
  "process.title = 'x';",
  'begin();',
  'await begin();',
  "import './begin.ts';",
  'if (isMain) begin();',
  'for (const one of all) begin(one);',
])('%s: would be found', (text) => {
  expect(doesSomething('a.ts', text)).toHaveLength(1);
});

test('what only says what there is would not', () => {
  const text =
    "import { a } from './a.ts';\nexport * from './b.ts';\nconst c = a(1);\nexport function d() {}\nexport class E {}";
  expect(doesSomething('a.ts', text)).toEqual([]);
});
