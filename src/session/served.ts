/** How a bot's customers were served in one hour, as counts and as the letter that a strip draws. */
export interface ServedHour {
  /** Customers who wrote in it, by the worst that befell them. */
  readonly inTime: number;
  readonly late: number;
  readonly unanswered: number;
  /** Minutes of it in which the master looked, and what it saw. */
  readonly seen: number;
  readonly connected: number;
  /** Minutes in which WhatsApp did not reach the bot although it should run, and by its own normal customers wait. */
  readonly blind: number;
}

export const noServedHour: ServedHour = { inTime: 0, late: 0, unanswered: 0, seen: 0, connected: 0, blind: 0 };

/** One late customer in so many makes an hour late; fewer are what happens on a good day, too. */
const lateShare = 20;

/** So many minutes without WhatsApp are more than a gap that closes by itself: whoever writes then waits in vain. */
const blindMinutes = 10;

/** `i` in time, `l` late, `n` not answered, `.` nobody wrote, `-` the bot was off, blank: not known. */
export const servedLetter = (hour: ServedHour): string => {
  const { inTime, late, unanswered, seen, connected, blind } = hour;
  const wrote = inTime + late + unanswered;

  if (unanswered > 0 || blind >= blindMinutes) return 'n';
  if (wrote > 0) return late > 0 && late * lateShare >= wrote ? 'l' : 'i';
  if (seen === 0) return ' ';
  return connected * 2 >= seen ? '.' : '-';
};

/** Several bots in the same hour: of those who look after customers, one that is up suffices for it to be an hour in which nobody wrote. */
export const servedTogether = (hours: readonly ServedHour[]): ServedHour => {
  const sum = (key: keyof ServedHour): number => hours.reduce((all, hour) => all + hour[key], 0);
  const isUp = hours.some(({ seen, connected }) => seen > 0 && connected * 2 >= seen);
  const seen = sum('seen');

  return {
    inTime: sum('inTime'),
    late: sum('late'),
    unanswered: sum('unanswered'),
    seen,
    connected: isUp ? seen : 0,
    blind: sum('blind'),
  };
};
