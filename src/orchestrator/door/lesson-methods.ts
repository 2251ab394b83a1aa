import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { sessionIdOf } from './session-id-of.ts';

/** The methods of the door about what people did otherwise than the bot. */

const defaultLimit = 50;

export const createLessonMethods = (
  parts: Pick<FleetParts, 'book' | 'store' | 'now'>,
): MethodsOf<'lessons' | 'dismissLesson'> => {
  const { book, store, now } = parts;

  return {
    lessons: ({ name, limit, cursor }) =>
      store.lessons.list({
        sessionId: sessionIdOf(parts, name),
        limit: limit ?? defaultLimit,
        ...(cursor === undefined ? {} : { cursor }),
      }),

    dismissLesson: ({ name, lesson, actor }) => {
      const session = book.get(name);
      if (!store.lessons.dismiss(session.stored.id, lesson, now()))
        throw new FleetError(
          'refused-by-state',
          `${name} has no lesson ${JSON.stringify(plainText(lesson.slice(0, 60)))}. See: zap-fleet lessons ${name}`,
        );

      book.record(session, {
        level: 'info',
        kind: 'lesson-dismissed',
        text: 'one lesson is not shown any more',
        actor: actor ?? 'you',
      });
      return { dismissed: true };
    },
  };
};
