import type { Bytes } from '../session/units.ts';
import { directoriesOf, type FileList, manifestMaxBytes } from './backup-format.ts';

/**
 * How much may come out of an archive. Compression makes a terabyte of a gigabyte of zeros, so what a manifest names is held against the
 * size of the file before anything is unpacked, and what comes out against the manifest while it does.
 */
export interface ExpansionLimits {
  /** So much may come out of any file. */
  readonly alwaysBytes: Bytes;
  /** Beyond it, so many times the file's size. A store compresses to a fifth or a tenth; free pages are taken out of a copy before. */
  readonly ratio: number;
}

export const expansionLimits: ExpansionLimits = { alwaysBytes: 1024 ** 3, ratio: 200 };

const block: Bytes = 512;
/** An entry's header, what fills its last block, and a header before it for a name that is too long for one. */
const entryMost: Bytes = 8 * block;
/** Zeros with which tar fills its last record, and more. */
const endMost: Bytes = 64 * 1024;
/** Directories that hold no file of the manifest: a tool that packed it again may have named them. */
const otherDirectories = 500;

export const beforeManifest: Bytes = manifestMaxBytes + entryMost + endMost;

export const filesBytes = ({ files }: FileList): Bytes => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The most that follows an archive's manifest, and the most entries that it has. */
export const mostOf = (manifest: FileList): { readonly bytes: Bytes; readonly entries: number } => {
  const entries = 1 + manifest.files.length + directoriesOf(manifest).size + otherDirectories;
  return { bytes: filesBytes(manifest) + entries * entryMost + endMost, entries };
};

/** Whether so much cannot be what one of our backups unpacks to. */
export const isTooMuch = (out: Bytes, file: Bytes, limits: ExpansionLimits): boolean =>
  out > limits.alwaysBytes && out > limits.ratio * file;
