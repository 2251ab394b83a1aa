import { expect, test } from 'vitest';
import { lookAtFile } from '../../src/session/file-type.ts';
import { nameFromFile, sendFileBounds, shownFileName } from '../../src/session/send-file.ts';

/** What is taken, by its bytes and not by its name, and what is not. */

const of = (text: string, ...more: readonly string[]): Buffer => Buffer.from([text, ...more].join(''), 'latin1');
const box = (brand: string): Buffer => of('\0\0\0\x20ftyp', brand, '\0'.repeat(64));
const zip = (...names: readonly string[]): Buffer => of('PK\x03\x04', '\0'.repeat(26), ...names);

const taken: readonly (readonly [name: string, bytes: Buffer, kind: string, voice?: boolean])[] = [
  ['menu.pdf', of('%PDF-1.7\n1 0 obj'), 'document'],
  ['bolo.JPG', of('\xff\xd8\xff\xe0'), 'image'],
  ['bolo.png', of('\x89PNG\r\n\x1a\n'), 'image'],
  ['bolo.webp', of('RIFF\0\0\0\0WEBP'), 'image'],
  ['dança.gif', of('GIF89a'), 'document'],
  ['festa.mp4', box('isom'), 'video'],
  ['festa.mov', box('qt  '), 'document'],
  ['voz.m4a', box('M4A '), 'audio'],
  ['oi.ogg', of('OggS', '\0'.repeat(24), 'OpusHead'), 'audio', true],
  ['oi.mp3', of('ID3\x04'), 'audio'],
  ['oi.amr', of('#!AMR\n'), 'audio'],
  ['oi.wav', of('RIFF\0\0\0\0WAVE'), 'document'],
  ['lista.docx', zip('[Content_Types].xml', 'word/document.xml'), 'document'],
  ['lista.xlsx', zip('[Content_Types].xml', 'xl/workbook.xml'), 'document'],
  ['lista.odt', zip('mimetypeapplication/vnd.oasis.opendocument.text'), 'document'],
  ['lista.csv', Buffer.from('bolo;20,00\npão;1,00\n'), 'document'],
  ['contato.vcf', of('BEGIN:VCARD'), 'document'],
];

const refused: readonly (readonly [name: string, bytes: Buffer, why: RegExp])[] = [
  ['menu.pdf', of('MZ\x90\0'), /Windows program/],
  ['menu.pdf', of('\x7fELF\x02'), /Linux program/],
  ['menu.txt', of('#!/bin/sh\n'), /script/],
  ['menu.pdf', of('%PDF-1.7\n<< /S /JavaScript /JS (app.alert) >>'), /holds a script/],
  ['menu.pdf', of('%PDF-1.7\n<< /S /Launch >>'), /holds a script/],
  ['menu.docx', zip('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'), /macros/],
  ['app.zip', zip('a.exe'), /archive/],
  ['app.apk', zip('AndroidManifest.xml'), /program/],
  ['menu.doc', of('\xd0\xcf\x11\xe0\xa1\xb1'), /old Office/],
  ['menu.txt', of('<html><script>'), /web page/],
  ['logo.svg', of('<?xml version="1.0"?><svg>'), /web page/],
  ['voz.ogg', of('OggS', '\0'.repeat(24), 'vorbis'), /not Opus/],
  ['bolo.jpg', of('%PDF-1.7'), /is pdf by its bytes.*Call it \.pdf/],
  ['bolo.txt', of('\x00\x01\x02\xff'), /nothing that is sent/],
  ['longo.txt', Buffer.alloc(17 * 1024 * 1024, 'a'), /more than 16 MB/],
  ['leia-me', Buffer.from('olá'), /its name does not say/],
  ['vazio.txt', Buffer.alloc(0), /empty/],
  ['grande.png', Buffer.concat([of('\x89PNG\r\n\x1a\n'), Buffer.alloc(sendFileBounds.bytes.image)]), /at most 16 MB/],
];

test('what a file is its bytes say, and what may run on a phone is not taken', () => {
  for (const [name, bytes, kind, voice = false] of taken)
    expect(lookAtFile(bytes, name), name).toMatchObject({ type: { kind, isVoice: voice } });
  for (const [name, bytes, why] of refused)
    expect((lookAtFile(bytes, name) as { problem: string }).problem, name).toMatch(why);

  expect(nameFromFile('Cardápio  2026 (novo).pdf')).toBe('cardapio-2026-novo');
  expect(nameFromFile('你好.pdf')).toBeNull();
  expect(['../../etc/passwd', 'C:\\a\\b.pdf', '.env', 'a\u202Efdp.exe'].map(shownFileName)).toEqual([
    'passwd',
    'b.pdf',
    null,
    null,
  ]);
});
