import { bindParameters, isPlainName } from './parameters.ts';
import type { Realm } from './sandbox/realm.ts';

type Frame = Record<string, unknown>;

/**
 * The names that an expression sees: the global variables of a document and, inside loops, layers above them.
 * In POML every name becomes a parameter of a function, so one name that cannot be a parameter makes each
 * expression fail, and a name may be a destructuring pattern.
 *
 * @example
 * const scope = new Scope({ items: [1, 2] });
 * compileExpression('item * items.length').evaluate(scope.child({ item: 3 }), createRealm({})); // 6
 */
export class Scope {
  private readonly globals: Frame;
  private readonly locals: Frame | undefined;
  private readonly parent: Scope | undefined;
  /** Library objects below everything else: their methods are callable, their inner parts are not reachable. */
  readonly libraries: Frame | undefined;
  /** Whether every own local name is a plain identifier. */
  private readonly plainLocals: boolean;
  /** Whether the global names it began with were checked. Only the root's counts. */
  private checked = false;
  private plainGlobals = true;
  private readonly root: Scope;

  /** `globals` is not copied; variables are added to it by `define`, which looks at their names. */
  constructor(
    globals: Frame,
    parent?: Scope,
    locals?: Frame,
    libraries: Frame | undefined = parent?.libraries,
  ) {
    this.globals = globals;
    this.parent = parent;
    this.locals = locals;
    this.libraries = libraries;
    this.root = parent === undefined ? this : parent.root;
    let plain = parent === undefined || parent.plainLocals;
    if (plain && locals !== undefined) for (const name in locals) if (!isPlainName(name)) plain = false;
    this.plainLocals = plain;
  }

  /** This scope with names of one loop round above it. */
  child(locals: Frame): Scope {
    return new Scope(this.globals, this, locals);
  }

  /** This scope with libraries (Zod's `z`) below it: any variable of the same name hides them. */
  under(libraries: Frame): Scope {
    return new Scope(this.globals, this, undefined, { ...libraries, ...this.libraries });
  }

  /** Sets a global variable. */
  define(name: string, value: unknown): void {
    const { root, globals } = this;
    if (!isPlainName(name)) root.plainGlobals = false;
    // POML loses a variable of that name, and assigning it would set the prototype.
    if (name !== '__proto__') globals[name] = value;
  }

  /** All names in POML's order, inner layers over outer ones. Libraries are left out. */
  flatten(): Frame {
    const outer = this.parent === undefined ? this.globals : this.parent.flatten();
    return { ...outer, ...this.locals };
  }

  /** Whether names are looked up directly. If not, `resolve` gives the scope to use in place of this one. */
  get simple(): boolean {
    const { root } = this;
    if (!root.checked) {
      root.plainGlobals &&= Object.keys(this.globals).every(isPlainName);
      root.checked = true;
    }
    return root.plainGlobals && this.plainLocals;
  }

  /**
   * A scope of plain names: patterns taken apart, with their defaults evaluated.
   * @throws ExpressionSyntaxError when a name cannot be a parameter; whatever taking a pattern apart throws.
   */
  resolve(realm: Realm): Scope {
    return new Scope(bindParameters(this.flatten(), realm), undefined, undefined, this.libraries);
  }

  /** The value of a variable, or `absent`. Prototypes are never looked at. */
  lookup<T>(name: string, absent: T): unknown {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const { locals } = scope;
      if (locals !== undefined && Object.hasOwn(locals, name)) return locals[name];
    }
    return Object.hasOwn(this.globals, name) ? this.globals[name] : absent;
  }

  has(name: string): boolean {
    return this.lookup(name, NONE) !== NONE;
  }
}

const NONE = Symbol('none');
