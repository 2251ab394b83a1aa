import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The file at a path of the source; null of one that is not there, as what a test makes up. */
const files = new Map<string, ts.SourceFile | null>();
const fileAt = (path: string): ts.SourceFile | null => {
  const before = files.get(path);
  if (before !== undefined) return before;
  const file = existsSync(path)
    ? ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
    : null;
  files.set(path, file);
  return file;
};

/** What `name` is declared as right in a block or file. */
const declaredIn = (scope: ts.Node, name: string): ts.Expression | null => {
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isCaseOrDefaultClause(scope)) return null;
  const declared = scope.statements
    .filter((each) => ts.isVariableStatement(each))
    .flatMap((each) => [...each.declarationList.declarations])
    .find((each) => ts.isIdentifier(each.name) && each.name.text === name);
  return declared?.initializer ?? null;
};

const importedAs = (file: ts.SourceFile, name: string): ts.Expression | null => {
  for (const each of file.statements) {
    if (!ts.isImportDeclaration(each) || !ts.isStringLiteral(each.moduleSpecifier)) continue;
    const bindings = each.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings) || !each.moduleSpecifier.text.startsWith('.')) continue;
    const bound = bindings.elements.find((element) => element.name.text === name);
    if (bound === undefined) continue;
    const there = fileAt(join(dirname(file.fileName), each.moduleSpecifier.text));
    return there === null ? null : declaredIn(there, (bound.propertyName ?? bound.name).text);
  }
  return null;
};

/** What a name stands for where it is used, imports of ours followed: a sentence may be put together from constants and functions. */
const meaningOf = (used: ts.Identifier): ts.Expression | null => {
  const name = used.text;
  for (let scope: ts.Node = used.parent; scope !== undefined; scope = scope.parent) {
    const isParameter = ts.isFunctionLike(scope) && scope.parameters.some((each) => each.name.getText() === name);
    if (isParameter) return null;
    const declared = declaredIn(scope, name);
    if (declared !== null) return declared;
  }
  return importedAs(used.getSourceFile(), name);
};

/** What a function may answer with: its body, or what its own `return`s say. */
const answersOf = (made: ts.ArrowFunction): readonly ts.Expression[] => {
  if (!ts.isBlock(made.body)) return [made.body];
  const answers: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) answers.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(made.body);
  return answers;
};

const product = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.flatMap((one) => after.map((other) => `${one}${other}`)).slice(0, mostWays);

/** What the parameters of a function were called with, where it is one of ours. */
type Given = ReadonlyMap<string, readonly string[]>;

const waysOf = (node: ts.Expression, depth = 0, given: Given = new Map()): readonly string[] => {
  if (depth > 12) return [hole];
  const ways = (inner: ts.Expression): readonly string[] => waysOf(inner, depth + 1, given);
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
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    // Text that passes a function of ours: what it is made of counts.
    if (node.expression.text === 'plainText') {
      const [text] = node.arguments;
      return text === undefined ? [hole] : ways(text);
    }
    const called = meaningOf(node.expression);
    if (called === null || !ts.isArrowFunction(called)) return [hole];
    const taken: Given = new Map(
      called.parameters.map(({ name }, at) => {
        const argument = node.arguments[at];
        return [name.getText(), argument === undefined ? [hole] : ways(argument)];
      }),
    );
    const answers = answersOf(called).flatMap((each) => waysOf(each, depth + 1, taken));
    // Nothing at all is said for what has no name yet; whoever has one is meant.
    const named = answers.filter((answer) => answer !== '');
    return named.length === 0 ? [hole] : [...new Set(named)];
  }
  if (ts.isIdentifier(node)) {
    const asGiven = given.get(node.text);
    if (asGiven !== undefined) return asGiven;
    const constant = meaningOf(node);
    return constant === null || ts.isArrowFunction(constant) ? [hole] : ways(constant);
  }
  return [hole];
};

const saysTo = new Set(['print', 'warn', 'confirm', 'ask']);
/** What the doctor found: its code, what it is, what mends it. */
const findings = new Set(['ok', 'warn', 'bad']);
/** Why something is as it is, what is wrong with it, what mends it. */
const reasons = new Set(['reason', 'problem', 'mend']);

/** Checks of zod that take what to say as their last argument. */
const checks = new Set(['regex', 'refine', 'min', 'max', 'length']);

const textOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | null => {
  const found = object.properties.find((each) => each.name?.getText() === name);
  if (found !== undefined && ts.isPropertyAssignment(found)) return found.initializer;
  return found !== undefined && ts.isShorthandPropertyAssignment(found) ? found.name : null;
};
const hasNames = (object: ts.ObjectLiteralExpression, ...names: readonly string[]): boolean =>
  names.every((name) => object.properties.some((each) => each.name !== undefined && each.name.getText() === name));

/** What a call says: of the shell, of the doctor, of a schema. */
const saidByCall = (node: ts.CallExpression, path: string): readonly ts.Expression[] => {
  if (ts.isIdentifier(node.expression)) {
    if (path.startsWith('src/doctor/') && findings.has(node.expression.text)) return node.arguments.slice(1);
    return path.startsWith('src/http/') && node.expression.text === 'forbidden' ? node.arguments : [];
  }
  if (!ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: object, name } = node.expression;
  const [first] = node.arguments;
  const last = node.arguments.at(-1);
  if (first === undefined || last === undefined) return [];
  const isShell = path.startsWith('src/cli/') && ts.isIdentifier(object) && object.text === 'context';
  if (isShell && saysTo.has(name.text)) return [first];
  const isOfSchema = checks.has(name.text) && node.arguments.length === 2 && /\bz\./.test(node.getSourceFile().text);
  return isOfSchema && (ts.isStringLiteralLike(last) || ts.isTemplateExpression(last)) ? [last] : [];
};

/** What an object says by what else it holds: a banner, a complaint of a schema, an answer of the API that is a failure. */
const saidByObject = (node: ts.ObjectLiteralExpression, path: string): readonly ts.Expression[] => {
  const isBanner = hasNames(node, 'level', 'code', 'text');
  const isIssue = /code: 'custom'/.test(node.getText()) && hasNames(node, 'message');
  const isFailure = path.startsWith('src/http/') && hasNames(node, 'status', 'code', 'message');
  const said = isBanner ? textOf(node, 'text') : isIssue || isFailure ? textOf(node, 'message') : null;
  return said === null ? [] : [said];
};

/** The expressions of a file that a person reads. */
const expressionsIn = (file: ts.SourceFile, path: string): readonly ts.Expression[] => {
  const said: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'FleetError') {
      const text = node.arguments?.[1];
      if (text !== undefined) said.push(text);
    }
    if (ts.isCallExpression(node)) said.push(...saidByCall(node, path));
    if (ts.isObjectLiteralExpression(node)) said.push(...saidByObject(node, path));
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
      const isFound = node.name.text === 'text' && path.endsWith('/leftovers.ts');
      const isReason = reasons.has(node.name.text) && !path.startsWith('src/words/');
      if (isFound || isReason) said.push(node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return said;
};

/** What the source at `path` says, by line. */
export const saidIn = (path: string, source: string, root = '/'): readonly Said[] => {
  const file = ts.createSourceFile(join(root, path), source, ts.ScriptTarget.Latest, true);
  return expressionsIn(file, path).flatMap((expression) => {
    const { line } = file.getLineAndCharacterOfPosition(expression.getStart());
    return waysOf(expression).map((text) => ({ at: `${path}:${line + 1}`, text }));
  });
};

export const saidSentences = (root: string): readonly Said[] =>
  ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('portuguese/'))
      .flatMap((name) => saidIn(join(folder, name), readFileSync(join(root, folder, name), 'utf8'), root)),
  );
