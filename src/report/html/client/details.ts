/** What is folded away is built when it is opened for the first time. */
export function fillWhenOpened(page: Document): void {
  for (const details of page.querySelectorAll<HTMLDetailsElement>('details:has(> template)')) {
    details.addEventListener('toggle', () => {
      const template = details.querySelector(':scope > template');
      if (details.open && template instanceof HTMLTemplateElement)
        template.replaceWith(template.content.cloneNode(true));
    });
  }
}
