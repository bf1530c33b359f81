/**
 * Turns the top level of a cell into code that runs inside a function and still shares its names with the other cells:
 * what a cell declares is also put into one object, `$cells`, and what functions and later cells read is read there. So
 * a name that is declared anew takes effect in the functions of earlier cells too.
 */
import ts from "typescript";
import { bindingNames, variableKind } from "./declared";

/** Names of what the run time hands to a cell. */
export const cellsName = "$cells";
export const kernelName = "$kernel";
/** Its first element turns to 1 when running loops have to stop. */
export const stopName = "$stop";

export interface Region {
  /** Where the cell's own source stands in its file. */
  start: number;
  end: number;
}

const { factory } = ts;

/** @param names names of the cell and of those before it; every other identifier stays as it is */
export function shareNames(
  checker: ts.TypeChecker,
  region: Region,
  names: ReadonlySet<string>,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new Sharing(checker, context, file, region, names).file();
}

class Sharing {
  private readonly shared = new Map<ts.Symbol, "earlier" | "constant" | "variable">();
  private readonly hoisted: ts.Statement[] = [];
  private depth = 0;
  /** Symbols of the declaration that is being visited: they have no value yet. */
  private open: ReadonlySet<ts.Symbol> = new Set();
  private modules = 0;

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly context: ts.TransformationContext,
    private readonly source: ts.SourceFile,
    private readonly region: Region,
    names: ReadonlySet<string>,
  ) {
    const locals = (source as ts.SourceFile & { locals?: ts.SymbolTable }).locals ?? new Map();
    for (const [name, symbol] of locals as Map<string, ts.Symbol>) {
      if (names.has(name)) this.shared.set(symbol, this.kindOf(symbol));
    }
  }

  file(): ts.SourceFile {
    const own = this.source.statements.filter(({ pos, end }) => pos >= this.region.start - 1 && end <= this.region.end);
    const written = own.flatMap((statement, i) => this.statement(statement, i === own.length - 1));
    return factory.updateSourceFile(this.source, [...this.hoisted, ...written]);
  }

  private kindOf({ declarations = [] }: ts.Symbol): "earlier" | "constant" | "variable" {
    if (declarations.some((one) => one.end <= this.region.start)) return "earlier";
    const isLet = declarations.some((one) => {
      const list = ts.findAncestor(one, ts.isVariableDeclarationList);
      return list !== undefined && variableKind(list) === "let";
    });
    return isLet ? "variable" : "constant";
  }

  private statement(node: ts.Statement, isLast: boolean): ts.Statement[] {
    if (ts.isImportDeclaration(node)) return this.importDeclaration(node);
    if (ts.isImportEqualsDeclaration(node)) return this.importEquals(node);
    if (ts.isExportDeclaration(node)) return [];
    if (ts.isVariableStatement(node)) return this.variables(node);
    if (isLast && ts.isExpressionStatement(node)) {
      const value = factory.createPropertyAssignment("value", this.visitExpression(node.expression));
      return [at(factory.createReturnStatement(factory.createObjectLiteralExpression([value])), node)];
    }
    const written = this.visit(node) as ts.Statement;
    if (ts.isFunctionDeclaration(node) && node.name && node.body) this.hoisted.push(...this.publish(node.name, node));
    const isValue = ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || this.isNamespace(node);
    const { name } = node as ts.ClassDeclaration;
    return isValue && name && !isAmbient(node) ? [written, ...this.publish(name, node)] : [written];
  }

  private isNamespace(node: ts.Statement): boolean {
    const symbol = ts.isModuleDeclaration(node) && this.checker.getSymbolAtLocation(node.name);
    return !!symbol && (symbol.flags & ts.SymbolFlags.ValueModule) !== 0;
  }

  /** `$cells.a = a; $kernel.done("a");`: the second tells which names there are when the cell fails later on. */
  private publish({ text }: ts.Identifier, node: ts.Node): ts.Statement[] {
    const target = factory.createPropertyAccessExpression(factory.createIdentifier(cellsName), text);
    const assigned = factory.createAssignment(target, factory.createIdentifier(text));
    const done = this.kernelCall("done", factory.createStringLiteral(text));
    return [assigned, done].map((expression) => at(factory.createExpressionStatement(expression), node));
  }

  private kernelCall(method: string, ...given: ts.Expression[]): ts.CallExpression {
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(kernelName), method);
    return factory.createCallExpression(callee, undefined, given);
  }

  private variables(node: ts.VariableStatement): ts.Statement[] {
    if (isAmbient(node) || variableKind(node.declarationList) === undefined) return [this.visit(node) as ts.Statement];
    return node.declarationList.declarations.flatMap((declaration) => {
      const own = factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList([declaration], node.declarationList.flags),
      );
      const names = bindingNames(own);
      this.open = new Set(names.flatMap((name) => this.checker.getSymbolAtLocation(name) ?? []));
      const visited = this.visit(declaration) as ts.VariableDeclaration;
      this.open = new Set();
      const list = factory.createVariableDeclarationList([visited], node.declarationList.flags);
      const written = at(factory.createVariableStatement(undefined, list), declaration);
      return [written, ...names.flatMap((name) => this.publish(name, declaration))];
    });
  }

  /** `const $1 = (await $kernel.import("x")).module; const a = $1.a; $cells.a = a; …` */
  private importDeclaration(node: ts.ImportDeclaration): ts.Statement[] {
    const { importClause: clause, moduleSpecifier } = node;
    if (clause?.isTypeOnly) return [];
    const specifier = factory.createStringLiteral((moduleSpecifier as ts.StringLiteral).text);
    const loaded = factory.createAwaitExpression(this.kernelCall("import", specifier));
    if (clause === undefined) return [at(factory.createExpressionStatement(loaded), node)];
    const module = factory.createIdentifier(`$module${++this.modules}`);
    const first = constant(
      module,
      factory.createPropertyAccessExpression(factory.createParenthesizedExpression(loaded), "module"),
    );
    const bind = (name: ts.Identifier, value: ts.Expression): ts.Statement[] => [
      at(constant(factory.createIdentifier(name.text), value), node),
      ...this.publish(name, node),
    ];
    const bound = clause.name ? bind(clause.name, this.kernelCall("default", module)) : [];
    const { namedBindings } = clause;
    if (namedBindings && ts.isNamespaceImport(namedBindings)) {
      bound.push(...bind(namedBindings.name, this.kernelCall("namespace", module)));
    } else if (namedBindings) {
      for (const { name, propertyName = name, isTypeOnly } of namedBindings.elements) {
        if (isTypeOnly) continue;
        const key = factory.createStringLiteral(propertyName.text);
        const isDefault = propertyName.text === "default";
        bound.push(
          ...bind(
            name,
            isDefault ? this.kernelCall("default", module) : factory.createElementAccessExpression(module, key),
          ),
        );
      }
    }
    return [at(first, node), ...bound];
  }

  private importEquals(node: ts.ImportEqualsDeclaration): ts.Statement[] {
    const { moduleReference, name } = node;
    if (node.isTypeOnly || !ts.isExternalModuleReference(moduleReference)) return [];
    const call = factory.createCallExpression(factory.createIdentifier("require"), undefined, [
      moduleReference.expression,
    ]);
    return [at(constant(factory.createIdentifier(name.text), call), node), ...this.publish(name, node)];
  }

  private readonly visit = (node: ts.Node): ts.Node => {
    if (ts.isExpressionWithTypeArguments(node)) return this.children(node);
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
    if (ts.isIdentifier(node)) return this.isShared(node) ? this.access(node) : node;
    if (ts.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && this.isShared(node.tag)) {
      const template = this.visit(node.template) as ts.TemplateLiteral;
      return at(factory.updateTaggedTemplateExpression(node, this.detached(node.tag), undefined, template), node);
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return at(factory.createPropertyAccessExpression(factory.createIdentifier(kernelName), "meta"), node);
    }
    if (ts.isIterationStatement(node, false)) return this.loop(node);
    if (ts.isClassLike(node)) return this.inside(node, node.name);
    if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) return this.inside(node, node.name);
    return this.children(node);
  };

  /** Every round of a loop looks whether it should stop: code behind an `await` is out of reach for signals. */
  private loop(node: ts.IterationStatement): ts.Node {
    const visited = this.children(node) as ts.IterationStatement & Record<"statement", ts.Statement>;
    const flag = factory.createElementAccessExpression(factory.createIdentifier(stopName), 0);
    const stop = at(factory.createIfStatement(flag, factory.createExpressionStatement(this.kernelCall("stop"))), node);
    const body = ts.isBlock(visited.statement) ? visited.statement.statements : [visited.statement];
    const block = at(factory.createBlock([stop, ...body], true), visited.statement);
    if (ts.isForStatement(visited)) {
      const { initializer, condition, incrementor } = visited;
      return factory.updateForStatement(visited, initializer, condition, incrementor, block);
    }
    if (ts.isForOfStatement(visited)) {
      const { awaitModifier, initializer, expression } = visited;
      return factory.updateForOfStatement(visited, awaitModifier, initializer, expression, block);
    }
    if (ts.isForInStatement(visited)) {
      return factory.updateForInStatement(visited, visited.initializer, visited.expression, block);
    }
    if (ts.isWhileStatement(visited)) return factory.updateWhileStatement(visited, visited.expression, block);
    return factory.updateDoStatement(visited as ts.DoStatement, block, (visited as ts.DoStatement).expression);
  }

  /** The body of a class or an enum runs before its name is shared. */
  private inside(node: ts.Node, name: ts.Node | undefined): ts.Node {
    const symbol = name && this.checker.getSymbolAtLocation(name);
    const before = this.open;
    if (symbol) this.open = new Set([...before, symbol]);
    const visited = this.children(node);
    this.open = before;
    return visited;
  }

  private children(node: ts.Node): ts.Node {
    const isFunction = ts.isFunctionLike(node);
    if (isFunction) this.depth++;
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (isFunction) this.depth--;
    return visited;
  }

  private visitExpression = (node: ts.Expression): ts.Expression => this.visit(node) as ts.Expression;

  private call(node: ts.CallExpression): ts.Node {
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return at(this.kernelCall("dynamicImport", ...node.arguments.map(this.visitExpression)), node);
    }
    if (!ts.isIdentifier(node.expression) || !this.isShared(node.expression)) return this.children(node);
    const given = node.arguments.map(this.visitExpression);
    return factory.updateCallExpression(node, this.detached(node.expression), undefined, given);
  }

  /** `(0, $cells.f)`: called without `$cells` as its `this`. */
  private detached(name: ts.Identifier): ts.LeftHandSideExpression {
    const access = this.access(name);
    return at(
      factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), access)),
      name,
    );
  }

  private access = (name: ts.Identifier): ts.Expression =>
    at(factory.createPropertyAccessExpression(factory.createIdentifier(cellsName), name.text), name);

  private shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const symbol = this.checker.getShorthandAssignmentValueSymbol(node);
    if (!symbol || !this.isRead(symbol)) return this.children(node);
    const { objectAssignmentInitializer: initial, name } = node;
    const target = this.access(name);
    const value = initial ? factory.createAssignment(target, this.visitExpression(initial)) : target;
    return at(factory.createPropertyAssignment(name.text, value), node);
  }

  private isShared(node: ts.Identifier): boolean {
    const symbol = this.checker.getSymbolAtLocation(node);
    if (!symbol || !this.shared.has(symbol)) return false;
    const isName = symbol.declarations?.some((one) => ts.getNameOfDeclaration(one) === node) ?? false;
    return !isName && this.isRead(symbol);
  }

  /** Straight-line code reads constants of its own cell where they stand. */
  private isRead(symbol: ts.Symbol): boolean {
    const kind = this.shared.get(symbol);
    if (kind === undefined) return false;
    if (kind === "constant") return this.depth > 0 && !this.open.has(symbol);
    return kind === "earlier" || this.depth > 0 || !this.open.has(symbol);
  }
}

const isAmbient = (node: ts.Statement): boolean =>
  (ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []).some(
    ({ kind }) => kind === ts.SyntaxKind.DeclareKeyword,
  );

const constant = (name: ts.Identifier, value: ts.Expression): ts.VariableStatement =>
  factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(
      [factory.createVariableDeclaration(name, undefined, undefined, value)],
      ts.NodeFlags.Const,
    ),
  );

/** The new node at the place of the old one, so that errors name its line. */
function at<T extends ts.Node>(made: T, original: ts.Node): T {
  return ts.setSourceMapRange(made, original);
}
