/**
 * A choice of the reader, kept as an attribute of the page (`data-theme`) that the style sheet follows, and remembered
 * where the browser allows it. Buttons with `data-choose` step through it.
 */
export function keepChoice(name: string, values: readonly string[]): void {
  const page = document.documentElement;
  const stored = remembered(name);
  if (stored !== undefined && values.includes(stored)) page.dataset[name] = stored;
  const button = document.querySelector<HTMLButtonElement>(`button[data-choose="${name}"]`);
  const show = () => {
    const value = page.dataset[name] ?? '';
    if (button) button.textContent = button.dataset[value] ?? value;
  };
  button?.addEventListener('click', () => {
    const next = (values.indexOf(page.dataset[name] ?? '') + 1) % values.length;
    page.dataset[name] = values[next];
    remember(name, values[next] ?? '');
    show();
  });
  show();
}

/** Pages opened from a disk may have no storage. */
function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`vitest-poml:${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`vitest-poml:${name}`, value);
  } catch {
    // Not remembered then.
  }
}
