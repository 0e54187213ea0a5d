import type { Answer, Sitting } from './answers';

/** A reviewer's answers: those the server keeps, and those on their way there. */
export interface Ticks {
  kept: Sitting;
  pending: Readonly<Record<string, Answer | null>>;
  /** Given to content that is not there any more: never counted, but not lost either. */
  aside: Readonly<Record<string, Answer>>;
}

export const ticksOf = (kept: Sitting): Ticks => ({ kept, pending: {}, aside: {} });

/** The answers as the reviewer sees them. */
export function shown(ticks: Ticks): Record<string, Answer> {
  const all: Record<string, Answer> = { ...ticks.kept.answers };
  for (const [item, answer] of Object.entries(ticks.pending)) {
    if (answer) {
      all[item] = answer;
    } else {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete all[item];
    }
  }
  return all;
}

export const answering = (ticks: Ticks, item: string, answer: Answer | null): Ticks => ({
  ...ticks,
  pending: { ...ticks.pending, [item]: answer }
});

/** After the server kept what was sent: what was answered again meanwhile stays on its way. */
export function savedAs(ticks: Ticks, sent: Readonly<Record<string, Answer | null>>, kept: Sitting): Ticks {
  const left = Object.entries(ticks.pending).filter(
    ([item, answer]) => sent[item] !== answer || !(item in sent)
  );
  return { ...ticks, kept, pending: Object.fromEntries(left) };
}

/** The server's newest: for the same content pending answers go on; for other content they are set aside. */
export function newest(ticks: Ticks, kept: Sitting): Ticks {
  if (kept.content === ticks.kept.content) {
    return { ...ticks, kept };
  }
  const given = Object.entries(ticks.pending).filter((pair): pair is [string, Answer] => pair[1] !== null);
  return { kept, pending: {}, aside: { ...ticks.aside, ...Object.fromEntries(given) } };
}

export const unsaved = (ticks: Ticks): number => Object.keys(ticks.pending).length;
