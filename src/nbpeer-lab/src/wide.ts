import { SplitPanel, type Widget } from '@lumino/widgets';

/** Make the part of the shell that holds a widget at least so wide, at the cost of the widest other part. Once, when it
 * is shown first: after that its width is the person's affair. */
export function widen(widget: Widget, pixels: number): void {
  let part = widget;
  while (part.parent && !(part.parent instanceof SplitPanel)) {
    part = part.parent;
  }
  const split = part.parent;
  if (!(split instanceof SplitPanel) || split.orientation !== 'horizontal') {
    return;
  }
  requestAnimationFrame(() => {
    const sizes = split.relativeSizes();
    const wanted = pixels / split.node.clientWidth;
    const at = split.widgets.indexOf(part);
    const missing = wanted - (sizes[at] ?? wanted);
    const widest = sizes.indexOf(Math.max(...sizes));
    if (missing > 0 && wanted < 0.5 && widest !== at) {
      split.setRelativeSizes(
        sizes.map((size, index) => size + (index === at ? missing : index === widest ? -missing : 0))
      );
    }
  });
}
