import { cut, type Line, layout, padEnd, type Span, span, textWidth } from '../paint/line.ts';

/** A dialog's frame in ASCII: `+- TITLE ---+`, a bar at each side of every line. */
export const boxLines = (title: string, content: readonly Line[], inner: number): readonly Line[] => {
  const shownTitle = cut(title, inner - 4);
  const top = `+- ${shownTitle} ${'-'.repeat(Math.max(0, inner - 3 - textWidth(shownTitle)))}+`;
  const body = content.map((line): Line => {
    const spans: Span[] = [span('|  ')];
    let used = 0;
    for (const part of line) {
      const text = cut(part.text, inner - 4 - used);
      used += textWidth(text);
      spans.push({ text, tone: part.tone });
    }
    spans.push(span(`${padEnd('', inner - 2 - used)}|`));
    return spans;
  });
  return [
    layout([{ column: 0, text: top }], inner + 2),
    ...body,
    layout([{ column: 0, text: `+${'-'.repeat(inner)}+` }], inner + 2),
  ];
};
