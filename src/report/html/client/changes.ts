/** The list of changes: opening, filtering, and which one the reader is at. */
export class Changes {
  readonly #all: readonly HTMLElement[];
  readonly #links = new Map<string, HTMLElement>();
  readonly #search: HTMLInputElement | null;
  readonly #found: HTMLElement | null;
  readonly #filters: readonly HTMLInputElement[];
  #current = -1;

  constructor(page: Document) {
    this.#all = [...page.querySelectorAll<HTMLElement>('.change')];
    for (const link of page.querySelectorAll<HTMLElement>('.index a'))
      this.#links.set(link.getAttribute('href')?.slice(1) ?? '', link);
    this.#search = page.querySelector<HTMLInputElement>('#search');
    this.#found = page.querySelector<HTMLElement>('#found');
    this.#filters = [...page.querySelectorAll<HTMLInputElement>('input[data-filter]')];
    this.#search?.addEventListener('input', () => this.#filter());
    for (const filter of this.#filters) filter.addEventListener('change', () => this.#filter());
    for (const change of this.#all)
      change.querySelector('.head')?.addEventListener('click', () => this.toggle(change));
    for (const [id, link] of this.#links)
      link.addEventListener('click', (event) => {
        event.preventDefault();
        this.go(
          this.#all.findIndex((change) => change.id === id),
          true,
        );
      });
    this.#fillWhenSeen();
    const linked = this.#all.findIndex((change) => `#${change.id}` === location.hash);
    if (linked >= 0) this.go(linked, true);
  }

  /** Bodies are kept as templates; an open one is filled when it comes near the window. */
  #fillWhenSeen(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          fill(target as HTMLElement);
          observer.unobserve(target);
        }
      },
      { rootMargin: '600px' },
    );
    for (const change of this.#all) if (isOpen(change)) observer.observe(change);
    addEventListener('beforeprint', () => {
      for (const change of this.#all) if (isOpen(change)) fill(change);
    });
  }

  toggle(change: HTMLElement | undefined, open = change !== undefined && !isOpen(change)): void {
    if (!change) return;
    if (open) fill(change);
    change.classList.toggle('open', open);
    change.querySelector('.head')?.setAttribute('aria-expanded', String(open));
  }

  /** Opens or closes the change the reader is at. */
  toggleCurrent(): void {
    this.toggle(this.#all[Math.max(0, this.#current)]);
  }

  /** Goes on to the next change that the filter shows, or back. */
  step(by: 1 | -1): void {
    for (let i = this.#current + by; i >= 0 && i < this.#all.length; i += by)
      if (this.#all[i]?.hidden === false) {
        this.go(i, false);
        return;
      }
  }

  go(index: number, open: boolean): void {
    const change = this.#all[index];
    if (!change) return;
    this.#mark(false);
    this.#current = index;
    this.#mark(true);
    if (open) this.toggle(change, true);
    change.scrollIntoView({ block: 'start' });
    change.querySelector<HTMLElement>('.head')?.focus({ preventScroll: true });
  }

  search(): void {
    this.#search?.focus();
    this.#search?.select();
  }

  /** Empties the search. */
  clear(): void {
    if (!this.#search) return;
    this.#search.value = '';
    this.#search.blur();
    this.#filter();
  }

  #mark(current: boolean): void {
    const change = this.#all[this.#current];
    if (!change) return;
    change.classList.toggle('current', current);
    const link = this.#links.get(change.id);
    link?.classList.toggle('current', current);
    if (current) link?.scrollIntoView({ block: 'nearest' });
  }

  /** Shows the changes that have every word of the search and one of the classes that are ticked. */
  #filter(): void {
    const words = (this.#search?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const ticked = this.#filters.filter(({ checked }) => checked).map(({ value }) => value);
    let shown = 0;
    for (const change of this.#all) {
      const text = textOf(change);
      const classes = (change.dataset.classes ?? '').split(' ');
      const matches =
        words.every((word) => text.includes(word)) &&
        (ticked.length === 0 || ticked.some((name) => classes.includes(name)));
      change.hidden = !matches;
      const link = this.#links.get(change.id);
      if (link?.parentElement) link.parentElement.hidden = !matches;
      if (matches) shown++;
    }
    if (this.#found)
      this.#found.textContent = shown === this.#all.length ? '' : `${shown} of ${this.#all.length}`;
  }
}

const texts = new WeakMap<HTMLElement, string>();

/** What a change says, its body included, in lower case. */
function textOf(change: HTMLElement): string {
  const known = texts.get(change);
  if (known !== undefined) return known;
  const body = change.querySelector('template')?.content.textContent ?? '';
  const text = `${change.textContent ?? ''} ${body}`.toLowerCase();
  texts.set(change, text);
  return text;
}

function isOpen(change: HTMLElement): boolean {
  return change.classList.contains('open');
}

/** Turns the template of a change into its body. */
function fill(change: HTMLElement): void {
  const template = change.querySelector('template');
  template?.replaceWith(template.content.cloneNode(true));
}
