// One file with the licences of every package whose code is inside the bundle: a package's licence asks that its text goes with the code.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const line = '-'.repeat(80);

/** The package that a file belongs to, as its folder; null for our own files. */
const packageOf = (file) => {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first = '', second = ''] = file.slice(at + 'node_modules/'.length).split('/');
  return `${file.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}`;
};

const textsOf = (folder) =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());

const authorOf = ({ author, contributors }) => {
  const [first] = [author, ...(contributors ?? [])].filter(Boolean);
  return typeof first === 'string' ? first : (first?.name ?? '');
};

/**
 * The text of the file. `files`: everything that went into the bundle, relative to `root`; `further`: files with licences of what a package
 * carries inside, by the name of whom they are of. Throws for a package that names no licence at all.
 */
export const bundledLicences = (root, files, further = {}) => {
  const folders = [...new Set(files.map(packageOf).filter((folder) => folder !== null))];
  const packages = folders
    .map((folder) => ({
      folder: join(root, folder),
      manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
    }))
    .sort((a, b) =>
      `${a.manifest.name}@${a.manifest.version}`.localeCompare(`${b.manifest.name}@${b.manifest.version}`),
    );

  const seen = new Set();
  const parts = packages.flatMap(({ folder, manifest }) => {
    const { name, version, license, homepage } = manifest;
    if (seen.has(`${name}@${version}`)) return [];
    seen.add(`${name}@${version}`);
    const texts = textsOf(folder);
    const kind = typeof license === 'string' ? license : (license?.type ?? manifest.licenses?.[0]?.type);
    if (kind === undefined && texts.length === 0) throw new Error(`${name} is bundled and names no licence`);
    const head = [`${name} ${version}`, `licence: ${kind ?? 'see below'}`, authorOf(manifest), homepage ?? ''].filter(
      Boolean,
    );
    return [[...head, '', ...(texts.length > 0 ? texts : ['(its package has no licence file of its own)'])].join('\n')];
  });

  for (const [name, path] of Object.entries(further)) {
    if (!existsSync(path)) throw new Error(`${path} is gone: the licences of what ${name} carries`);
    parts.push(`What ${name} carries\n\n${readFileSync(path, 'utf8').trim()}`);
  }
  const head =
    "The packages whose code is inside zap-fleet's files in dist/, with their licences. zap-fleet itself: LICENSE.";
  return `${[head, ...parts].join(`\n\n${line}\n`)}\n`;
};
