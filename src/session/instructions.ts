/** The longest instructions of a session, wherever they are written: door, API or Supabase. In characters. */
export const maxInstructions = 200_000;
