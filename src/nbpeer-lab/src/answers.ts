/** What the server answers, route by route. Written by hand after docs/lab.md; the golden files prove it. */
export type * from './answers/catalogue';
export type * from './answers/checks';
export type * from './answers/compared';
export type * from './answers/doing';
export type * from './answers/overview';
export type * from './answers/review';
