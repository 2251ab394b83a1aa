import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from '@ts-morph/common';

/** What the program says to a person in English, read from its source: with `hole` where a value stands, once for each way it may be said. */

/** Stands for a value: no table has a sentence with it. */
export const hole = 'Qx7';

export interface Said {
  readonly at: string;
  readonly text: string;
}

/** More ways than that are some word in the middle of a sentence, and the first ones say whether it is known. */
const mostWays = 16;

/** Constants of the file that are texts: a sentence may be put together from them. */
type Constants = ReadonlyMap<string, ts.Expression>;

const constantsOf = (file: ts.SourceFile): Constants => {
  const found = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      found.set(node.name.text, node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

const product = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.flatMap((one) => after.map((other) => `${one}${other}`)).slice(0, mostWays);

const waysOf = (node: ts.Expression, constants: Constants, depth = 0): readonly string[] => {
  if (depth > 6) return [hole];
  const ways = (inner: ts.Expression): readonly string[] => waysOf(inner, constants, depth + 1);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
    return ways(node.expression);
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce<readonly string[]>(
      (all, span) => product(product(all, ways(span.expression)), [span.literal.text]),
      [node.head.text],
    );
  if (ts.isConditionalExpression(node)) return [...new Set([...ways(node.whenTrue), ...ways(node.whenFalse)])];
  if (ts.isBinaryExpression(node)) {
    if (node.operatorToken.kind === ts.SyntaxKind.PlusToken) return product(ways(node.left), ways(node.right));
    if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
      return [...new Set([...ways(node.left), ...ways(node.right)])];
    return [hole];
  }
  // Text that passes a function of ours: what it is made of counts.
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'plainText') {
    const [text] = node.arguments;
    return text === undefined ? [hole] : ways(text);
  }
  if (ts.isIdentifier(node)) {
    const constant = constants.get(node.text);
    return constant === undefined || ts.isArrowFunction(constant) ? [hole] : ways(constant);
  }
  return [hole];
};

const saysTo = new Set(['print', 'warn', 'confirm', 'ask']);
/** What the doctor found: its code, what it is, what mends it. */
const findings = new Set(['ok', 'warn', 'bad']);
/** Where it is decided why a session is as it is. */
const reasonRooms = ['src/orchestrator/', 'workers/session/', 'workers/whatsapp/'];

/** The expressions of a file that a person reads. */
const expressionsIn = (file: ts.SourceFile, path: string): readonly ts.Expression[] => {
  const said: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'FleetError') {
      const text = node.arguments?.[1];
      if (text !== undefined) said.push(text);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && path.startsWith('src/cli/')) {
      const object = node.expression.expression;
      const [text] = node.arguments;
      if (
        ts.isIdentifier(object) &&
        object.text === 'context' &&
        saysTo.has(node.expression.name.text) &&
        text !== undefined
      )
        said.push(text);
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && path.startsWith('src/doctor/')) {
      if (findings.has(node.expression.text)) said.push(...node.arguments.slice(1));
    }
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
      const isFound = node.name.text === 'text' && path.endsWith('/leftovers.ts');
      const isReason = node.name.text === 'reason' && reasonRooms.some((room) => path.startsWith(room));
      if (isFound || isReason) said.push(node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return said;
};

/** What the source at `path` says, by line. */
export const saidIn = (path: string, source: string): readonly Said[] => {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const constants = constantsOf(file);
  return expressionsIn(file, path).flatMap((expression) => {
    const { line } = file.getLineAndCharacterOfPosition(expression.getStart());
    return waysOf(expression, constants).map((text) => ({ at: `${path}:${line + 1}`, text }));
  });
};

export const saidSentences = (root: string): readonly Said[] =>
  ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('portuguese/'))
      .flatMap((name) => saidIn(join(folder, name), readFileSync(join(root, folder, name), 'utf8'))),
  );
