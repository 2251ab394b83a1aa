/** How the cost screens part their window. */

export interface CostLayout {
  /** Rows of the chart of days; 0: no room for one. */
  readonly chartRows: number;
  readonly lowerRows: number;
  readonly chartWidth: number;
  readonly sumsWidth: number;
  readonly listWidth: number;
  /** Columns of the last answers; 0: no room for them. */
  readonly answersWidth: number;
}

/** `answers today  US$ 1.234` and a border stand in it. */
const sumsWidth = 29;

/** The chart above, the lists below; where the window is narrow the sums stand beside the list instead of the chart. */
export const costLayout = (columns: number, height: number): CostLayout => {
  const width = columns - 1;
  const isWide = columns >= 100;
  const hasChart = height >= 15 && columns >= 60;
  const chartRows = hasChart ? Math.max(8, Math.min(15, Math.round(height * 0.43))) : 0;
  const lower = { chartRows, lowerRows: height - chartRows, sumsWidth };
  if (columns < 60) return { ...lower, chartWidth: 0, sumsWidth: 0, listWidth: width, answersWidth: 0 };
  if (!isWide) return { ...lower, chartWidth: width, listWidth: width - 1 - sumsWidth, answersWidth: 0 };
  const listWidth = Math.min(80, Math.round(width * 0.58));
  return { ...lower, chartWidth: width - 1 - sumsWidth, listWidth, answersWidth: width - 1 - listWidth };
};
