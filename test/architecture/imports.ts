import { posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** What one file takes from elsewhere. */
export interface Import {
  /** A path from the repository's root, or a package. Undefined: it is worked out while the program runs. */
  readonly from: string | undefined;
  /** Only types, so that nothing is loaded. */
  readonly onlyTypes: boolean;
  /** What it takes by name; undefined: all there is. */
  readonly names: readonly string[] | undefined;
}

type Found = Omit<Import, "from"> & { readonly specifier: string | undefined };

/**
 * Everything that a source imports, however it is written: static, dynamic, re-exported, for types alone, in a type. Any other text that looks
 * like the relative path of a file counts too, since `new URL`, `require`, `import.meta.resolve` and whatever comes next take one.
 */
export function importsOf(file: string, source: string): readonly Import[] {
  return foundIn(file, source).map(({ specifier, ...rest }) => ({
    ...rest,
    from: specifier === undefined ? undefined : targetOf(file, specifier),
  }));
}

/** The path that a relative specifier means; a package as it is. */
const targetOf = (file: string, specifier: string): string =>
  isRelative(specifier) ? posix.join(posix.dirname(file), specifier) : specifier;

const isRelative = (text: string): boolean => /^\.{1,2}(\/|$)/.test(text);

function foundIn(file: string, source: string): readonly Found[] {
  const { program, comments, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} can't be read: ${errors[0]?.message}`);
  const found: Found[] = [];
  /** Where the specifiers stand that were found as such. */
  const seen = new Set<number>();
  const add = (node: Placed, onlyTypes: boolean, names?: readonly string[]) => {
    seen.add(node.start);
    found.push({ specifier: textOf(node), onlyTypes, names });
  };
  const text = (node: Placed) => {
    const specifier = textOf(node);
    if (!seen.has(node.start) && specifier !== undefined && /^\.{1,2}\/.*\.\w+$/.test(specifier))
      found.push({ specifier, onlyTypes: false, names: undefined });
  };
  new Visitor({
    ImportDeclaration({ source: from, specifiers, importKind }) {
      const named = specifiers.flatMap((one) => (one.type === "ImportSpecifier" ? [one] : []));
      const onlyTypes =
        importKind === "type" ||
        (specifiers.length > 0 &&
          named.length === specifiers.length &&
          named.every((one) => one.importKind === "type"));
      const names = named.map(({ imported }) =>
        imported.type === "Identifier" ? imported.name : imported.value,
      );
      add(from, onlyTypes, named.length === specifiers.length ? names : undefined);
    },
    ExportAllDeclaration({ source: from, exportKind }) {
      add(from, exportKind === "type");
    },
    ExportNamedDeclaration({ source: from, exportKind }) {
      if (from) add(from, exportKind === "type");
    },
    ImportExpression({ source: from }) {
      add(from, false);
    },
    TSImportType({ source: from }) {
      add(from, true);
    },
    TSExternalModuleReference({ expression }) {
      add(expression, false);
    },
    Literal: text,
    TemplateLiteral: text,
  }).visit(program);
  for (const { value } of comments) {
    const path = /^\/\s*<reference\s+path\s*=\s*["']([^"']+)/.exec(value)?.[1];
    if (path !== undefined)
      found.push({ specifier: isRelative(path) ? path : `./${path}`, onlyTypes: true, names: undefined });
  }
  return found;
}

interface Placed {
  readonly start: number;
}

/** The text that a node is; undefined: it is known only while the program runs. */
function textOf(node: object): string | undefined {
  if ("value" in node && typeof node.value === "string") return node.value;
  if (!("quasis" in node) || !Array.isArray(node.quasis) || node.quasis.length !== 1) return undefined;
  return String(node.quasis[0]?.value?.cooked);
}
