import { answeredCloseness } from '../../session/embeddings.ts';
import {
  type FoundPassage,
  givenBounds,
  leastAnswered,
  type MeantPassage,
  type PassagePlace,
} from '../../session/knowledge.ts';
import { termsIn } from '../../session/knowledge-words.ts';
import type { Database } from '../database.ts';
import { fusedKey, fusePassages } from './fuse-passages.ts';
import { markOf } from './marked-words.ts';

/**
 * Passages that fit a question: looked up in the index by their rarer words, ranked by BM25 over all of its words. Where the session compares
 * meaning (find-meaning.ts), both lists become one.
 */

export interface KnowledgeQuestion {
  readonly text: string;
  /** What was said just before: its words count half, and only where the question has few of its own. */
  readonly before?: string;
  /** What means the same, nearest first; left out: meaning was not compared. */
  readonly meant?: readonly MeantPassage[];
}

export interface FoundKnowledge {
  /** Best first. */
  readonly passages: readonly FoundPassage[];
  /** Of the question's own words nothing, or too little, stands in any passage, and none means it. False also where it has no such words. */
  readonly isGap: boolean;
}

const nothing: FoundKnowledge = { passages: [], isGap: false };

const mostTerms = 24;
const fewTerms = 3;
const mostTermsBefore = 8;
const weightBefore = 0.5;
/** A word that stands in more passages tells little; its count is not needed more exactly. */
const mostCounted = 2000;
/** Passages that are looked at closely. */
const mostCandidates = 200;
/** Less of a question than this is no hit. */
const leastShare = 0.2;

/** BM25 as everybody has it. */
const k1 = 1.2;
const b = 0.75;

interface Term {
  readonly word: string;
  readonly weight: number;
  readonly count: number;
  readonly idf: number;
}

interface Candidate {
  readonly file: string;
  readonly version: number;
  readonly n: number;
  readonly place: string;
  readonly text: string;
  readonly words: string;
}

const currentOnly = `JOIN knowledge_passages p ON p.id = knowledge_words.rowid
  JOIN knowledge_files f ON f.session_id = p.session_id AND f.name = p.file AND f.version = p.version AND f.state = 'current'
  WHERE knowledge_words MATCH ?1 AND p.session_id = ?2`;

/** How often a word stands among words. They are searched where they stand: taking them apart costs more than all the rest. */
const timesIn = (words: string, word: string): number => {
  let times = 0;
  for (let at = words.indexOf(word); at >= 0; at = words.indexOf(word, at + word.length)) {
    const end = at + word.length;
    const isWhole = (at === 0 || words[at - 1] === ' ') && (end === words.length || words[end] === ' ');
    if (isWhole) times += 1;
  }
  return times;
};

const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' OR ');

const foundOf = (one: Candidate, share: number): FoundPassage => ({
  file: one.file,
  version: one.version,
  n: one.n,
  place: JSON.parse(one.place) as PassagePlace,
  text: one.text,
  share,
});

/** By BM25, over all words of the question. */
const rank = (terms: readonly Term[], found: readonly Candidate[]): FoundKnowledge => {
  const own = terms.filter(({ weight }) => weight === 1);
  const whole = terms.reduce((sum, { idf, weight }) => sum + idf * weight, 0);
  const wholeOwn = own.reduce((sum, { idf }) => sum + idf, 0);
  const usual = found.reduce((sum, { words }) => sum + words.length, 0) / Math.max(1, found.length);

  let best = 0;
  const ranked = found.map((one) => {
    let score = 0;
    let share = 0;
    let ownShare = 0;
    for (const { word, idf, weight } of terms) {
      const times = timesIn(one.words, word);
      if (times === 0) continue;
      score += (weight * idf * times * (k1 + 1)) / (times + k1 * (1 - b + (b * one.words.length) / usual));
      share += idf * weight;
      if (weight === 1) ownShare += idf;
    }
    best = Math.max(best, ownShare);
    return { one, score, share: whole === 0 ? 0 : share / whole };
  });

  const passages = ranked
    .filter(({ share }) => share >= leastShare)
    .toSorted((x, y) => y.score - x.score || x.one.file.localeCompare(y.one.file) || x.one.n - y.one.n)
    .map(({ one, share }) => foundOf(one, share));
  return { passages, isGap: own.length > 0 && best < leastAnswered * wholeOwn };
};

/** The first of them, as many as an answer is given; the very first is always whole. */
const within = (
  passages: readonly FoundPassage[],
  bounds: { readonly passages: number; readonly characters: number },
): readonly FoundPassage[] => {
  const given: FoundPassage[] = [];
  let characters = 0;
  for (const passage of passages) {
    if (given.length === bounds.passages) break;
    if (given.length > 0 && characters + passage.text.length > bounds.characters) continue;
    given.push(passage);
    characters += passage.text.length;
  }
  return given;
};

export const createPassageFinder = (database: Database) => {
  const countOf = (word: string): number =>
    database.get<{ n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM knowledge_words WHERE knowledge_words MATCH ? LIMIT ?)',
      quoted([word]),
      mostCounted,
    )?.n ?? 0;

  const passagesOf = (sessionId: string): number =>
    database.get<{ n: number }>(
      "SELECT coalesce(sum(passages), 0) AS n FROM knowledge_files WHERE session_id = ? AND state = 'current'",
      sessionId,
    )?.n ?? 0;

  const candidates = (sessionId: string, words: readonly string[]): readonly Candidate[] =>
    database.all<Candidate>(
      `SELECT p.file, p.version, p.n, p.place, p.text, p.words FROM knowledge_words ${currentOnly} LIMIT ?3`,
      quoted(words),
      sessionId,
      mostCandidates,
    );

  /** The rarest words first, as many as bring a bounded number of passages. */
  const lookUp = (sessionId: string, terms: readonly Term[]): readonly Candidate[] => {
    const rarest = terms.filter(({ count }) => count > 0).toSorted((x, y) => x.count - y.count);
    const chosen: Term[] = [];
    let sum = 0;
    for (const term of rarest) {
      if (chosen.length > 0 && sum + term.count > mostCandidates) break;
      chosen.push(term);
      sum += term.count;
    }
    return chosen.length === 0
      ? []
      : candidates(
          sessionId,
          chosen.map(({ word }) => word),
        );
  };

  const termsOf = (sessionId: string, { text, before = '' }: KnowledgeQuestion): readonly Term[] => {
    const own = termsIn(text, mostTerms);
    const more = own.length >= fewTerms ? [] : termsIn(before, mostTermsBefore).filter((word) => !own.includes(word));
    if (own.length + more.length === 0) return [];

    const mark = markOf(sessionId);
    const total = passagesOf(sessionId);
    return [...own, ...more].map((plain, index) => {
      const word = `${mark}${plain}`;
      const count = countOf(word);
      return {
        word,
        count,
        weight: index < own.length ? 1 : weightBefore,
        idf: Math.log(1 + (Math.max(total, count) - count + 0.5) / (count + 0.5)),
      };
    });
  };

  /** One that has gone since its vector was looked at is left out. */
  const passageOf = (sessionId: string, { file, version, n }: MeantPassage): FoundPassage | null => {
    const found = database.get<Candidate>(
      `SELECT p.file, p.version, p.n, p.place, p.text, p.words FROM knowledge_files f
       JOIN knowledge_passages p ON p.session_id = f.session_id AND p.file = f.name AND p.version = f.version
       WHERE f.session_id = ? AND f.name = ? AND f.version = ? AND f.state = 'current' AND p.n = ?`,
      sessionId,
      file,
      version,
      n,
    );
    return found === undefined ? null : foundOf(found, 0);
  };

  const fuse = (sessionId: string, found: FoundKnowledge, nearest: readonly MeantPassage[]): FoundKnowledge => {
    const known = new Map(found.passages.map((passage) => [fusedKey(passage), passage]));
    const meant = new Map<string, FoundPassage>();
    for (const one of nearest) {
      const passage = known.get(fusedKey(one)) ?? passageOf(sessionId, one);
      if (passage !== null) meant.set(fusedKey(one), passage);
    }
    const isMeant = nearest.some((one) => one.alone >= answeredCloseness && meant.has(fusedKey(one)));
    return { passages: fusePassages(found.passages, nearest, meant), isGap: found.isGap && !isMeant };
  };

  return {
    /** At most `bounds.passages` passages, and so many characters of them; the first is always whole. */
    find: (
      sessionId: string,
      question: KnowledgeQuestion,
      bounds: { readonly passages: number; readonly characters: number } = givenBounds,
    ): FoundKnowledge => {
      const terms = termsOf(sessionId, question);
      if (terms.length === 0) return nothing;
      const byWords = rank(terms, lookUp(sessionId, terms));
      const { passages, isGap } = question.meant === undefined ? byWords : fuse(sessionId, byWords, question.meant);
      return { passages: within(passages, bounds), isGap };
    },
  };
};
export type PassageFinder = ReturnType<typeof createPassageFinder>;
