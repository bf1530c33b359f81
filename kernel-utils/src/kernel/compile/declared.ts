/** Which names a cell declares for the cells after it. */
import ts from "typescript";

export interface Declared {
  name: string;
  /** `type` has nothing at run time. */
  kind: "const" | "let" | "import" | "other" | "type";
  /** What a list of completions calls it. */
  shown: string;
}

/** Names of top-level declarations, each once; those inside blocks and of `using` stay in the cell. */
export function declaredNames(file: ts.SourceFile): Declared[] {
  const found = new Map<string, Declared>();
  for (const one of file.statements.flatMap(ofStatement)) {
    const other = found.get(one.name);
    if (other === undefined || other.kind === "type") found.set(one.name, one); // a type and a value of one name
  }
  return [...found.values()];
}

function ofStatement(statement: ts.Statement): Declared[] {
  if (ts.isVariableStatement(statement)) {
    const kind = variableKind(statement.declarationList);
    return kind === undefined ? [] : bindingNames(statement).map((name) => ({ name: name.text, kind, shown: kind }));
  }
  if (ts.isImportDeclaration(statement)) return ofImport(statement);
  if (ts.isImportEqualsDeclaration(statement)) return [{ name: statement.name.text, kind: "import", shown: "module" }];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return [
      { name: statement.name.text, kind: "type", shown: ts.isInterfaceDeclaration(statement) ? "interface" : "type" },
    ];
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return named && statement.name && ts.isIdentifier(statement.name)
    ? [{ name: statement.name.text, kind: "other", shown: shownKinds[statement.kind] ?? "variable" }]
    : [];
}

const shownKinds: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.FunctionDeclaration]: "function",
  [ts.SyntaxKind.ClassDeclaration]: "class",
  [ts.SyntaxKind.EnumDeclaration]: "enum",
  [ts.SyntaxKind.ModuleDeclaration]: "module",
};

/** @returns undefined for `using`: such a value ends with its cell */
export function variableKind(list: ts.VariableDeclarationList): "const" | "let" | undefined {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  if (flags === ts.NodeFlags.Const) return "const";
  return flags === ts.NodeFlags.Let || flags === 0 ? "let" : undefined;
}

function ofImport({ importClause }: ts.ImportDeclaration): Declared[] {
  if (importClause === undefined) return [];
  const { name, namedBindings, isTypeOnly } = importClause;
  const kindOf = (typeOnly: boolean): Declared["kind"] => (typeOnly || isTypeOnly ? "type" : "import");
  const shown = "variable"; // imported: what it is there is not looked up
  const found: Declared[] = name ? [{ name: name.text, kind: kindOf(false), shown }] : [];
  if (namedBindings === undefined) return found;
  if (ts.isNamespaceImport(namedBindings))
    return [...found, { name: namedBindings.name.text, kind: kindOf(false), shown: "module" }];
  const named = namedBindings.elements.map((one) => ({ name: one.name.text, kind: kindOf(one.isTypeOnly), shown }));
  return [...found, ...named];
}

/** Every identifier that the variables of a statement bind, patterns included. */
export function bindingNames(statement: ts.VariableStatement): ts.Identifier[] {
  const inside = (name: ts.BindingName): ts.Identifier[] =>
    ts.isIdentifier(name)
      ? [name]
      : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : inside(element.name)));
  return statement.declarationList.declarations.flatMap(({ name }) => inside(name));
}

/** Cells may be written with `export`, as library sources are: the word is blanked, every place stays where it was. */
export function withoutExports(source: string): string {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  let text = source;
  const blank = (start: number, end: number): void => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) blank(statement.getStart(file), statement.expression.getStart(file));
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) blank(statement.getStart(file), statement.end);
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    for (const { kind, end } of modifiers) {
      if (kind === ts.SyntaxKind.ExportKeyword) blank(end - "export".length, end);
      if (kind === ts.SyntaxKind.DefaultKeyword) blank(end - "default".length, end);
    }
  }
  return text;
}
