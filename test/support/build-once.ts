import { setBuilt } from './built-program.ts';

/** For the projects that drive the built program: a build of this tree is there before the first of their files begins. */
export const setup = (): void => setBuilt();
