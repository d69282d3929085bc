/**
 * Highlights the source that a stretch of output comes from, and the other way round: both carry the same `data-at`
 * within one `.mapping`. A tap does what hovering does.
 */
export function followHover(page: Document): void {
  let lit: Element[] = [];
  const light = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest('[data-at]') : null;
    for (const element of lit) element.classList.remove('lit');
    lit = [];
    const pane = target?.closest('.mapping');
    if (!target || !pane) return;
    lit = [...pane.querySelectorAll(`[data-at="${CSS.escape(target.getAttribute('data-at') ?? '')}"]`)];
    for (const element of lit) element.classList.add('lit');
    const other = lit.find((element) => element.closest('.pane') !== target.closest('.pane'));
    const list = other?.closest('.pane');
    if (list instanceof HTMLElement && other instanceof HTMLElement) bringIntoView(list, other);
  };
  for (const kind of ['mouseover', 'focusin', 'click']) page.addEventListener(kind, light);
  // A source that is opened begins where it was changed; the event does not bubble.
  page.addEventListener('toggle', ({ target }) => target instanceof Element && showChange(target), true);
}

function showChange(details: Element): void {
  const changed = details.querySelector<HTMLElement>(':scope > .mapping .cause');
  const place = changed?.querySelector('[data-at]')?.getAttribute('data-at');
  const shown = [
    changed,
    place && details.querySelector<HTMLElement>(`.pane:last-child [data-at="${CSS.escape(place)}"]`),
  ];
  for (const element of shown) {
    const pane = element ? element.closest('.pane') : undefined;
    if (element && pane instanceof HTMLElement) bringIntoView(pane, element);
  }
}

/** Scrolls within the pane only, never the page. */
function bringIntoView(pane: HTMLElement, element: HTMLElement): void {
  const outer = pane.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  pane.scrollTop += inner.top - outer.top - outer.height / 3;
}
