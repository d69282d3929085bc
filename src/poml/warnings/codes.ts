/** Every kind of warning. The codes are stable; docs/warnings.md has a section for each. */
export const WARNING_CODES = [
  // Markup
  'entity-deleted',
  'entity-in-attribute',
  'cdata-deleted',
  'instruction-deleted',
  'expression-split',
  'closing-tag-mismatch',
  'unknown-escape',
  // Attributes
  'unknown-attribute',
  'class-attribute',
  'attribute-without-effect',
  'empty-attribute',
  'repeated-attribute',
  // Expressions
  'expression-over-lines',
  'empty-expression',
  'triple-braces',
  'braces-swallowed',
  'braces-in-string',
  'statements-ignored',
  'value-after-line-break',
  'loop-list-cut',
  'context-changed',
  'host-global',
  // Values
  'value-prints-nothing',
  'value-joined-with-commas',
  'line-breaks-folded',
  // White space
  'white-space-not-inherited',
  'code-flattened',
  // Structure
  'declaration-lost',
  'include-let-lost',
  'include-root-attribute',
  'setting-not-read',
  'setting-not-templated',
  'runtime-replaced',
  'runtime-condition-sent',
  'let-content-lost',
  'let-not-templated',
  'let-guessed',
  'root-parts-lost',
  'schema-empty',
  // Stylesheets
  'selector-without-match',
  'style-property-unknown',
  // Messages
  'text-lost',
  'message-empty',
  'letter-lost',
  'speaker-ignored',
  // Limits and writer options
  'limit-cut',
  'priority-dropped',
  'limit-without-effect',
  'priority-without-effect',
  'writer-option-without-effect',
  'unknown-writer-option',
  // Data
  'names-lost',
  'name-repeated',
  'number-not-read',
  // Components
  'item-without-bullet',
  'picture-not-attached',
  'alt-not-used',
  'audio-not-attached',
  'table-prints-nothing',
  'table-selection-ignored',
  'table-limit-of-one',
  'selection-empty',
  'selected-pages-one-more',
  'folder-depth-cut',
  'filter-with-state',
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];
