import type { Changes } from './changes.ts';

/** What keys do; the page lists them for the reader. */
export function listenToKeys(changes: Changes): void {
  const help = document.querySelector<HTMLDialogElement>('#help');
  const press = (selector: string) => document.querySelector<HTMLButtonElement>(selector)?.click();
  const keys: Readonly<Record<string, () => void>> = {
    j: () => changes.step(1),
    k: () => changes.step(-1),
    o: () => changes.toggleCurrent(),
    '/': () => changes.search(),
    s: () => press('button[data-choose="layout"]'),
    t: () => press('button[data-choose="theme"]'),
    '?': () => help?.showModal(),
  };
  const typing = ({ target }: Event) => target instanceof HTMLInputElement && target.type !== 'checkbox';
  document.querySelector('#show-help')?.addEventListener('click', () => help?.showModal());
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') changes.clear();
    if (typing(event)) return;
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
}
