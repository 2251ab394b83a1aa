import { wordsIn } from '../../session/knowledge-words.ts';

/** Words of one session apart from those of all others in one index. */

const markLength = 5;

/** Of the session's id: the same in every store. Two that share one only look further, and read nothing of each other. */
export const markOf = (sessionId: string): string =>
  sessionId
    .replace(/[^a-z0-9]/gi, '')
    .slice(0, markLength)
    .toLowerCase()
    .padEnd(markLength, '0');

/** As the index takes them. */
export const markedWords = (sessionId: string, text: string): string => {
  const mark = markOf(sessionId);
  return wordsIn(text)
    .map((word) => `${mark}${word}`)
    .join(' ');
};
