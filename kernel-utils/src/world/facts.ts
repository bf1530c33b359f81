/**
 * Everything that is true in the world, as tables. The truth is the same for every seed: a seed only decides which
 * prompts are held out and what is sampled.
 */

/** One thing the assistant can be asked about. `does` is what it does, verb first: "gives milk". */
export interface WorldObject {
  readonly name: string;
  readonly kind: string;
  readonly color: string;
  readonly size: Size;
  readonly place: string;
  readonly does: string;
}

/** The attributes of an object that have exactly one true value. */
export type Attribute = "kind" | "color" | "size" | "place" | "does";

export const ATTRIBUTES: readonly Attribute[] = ["kind", "color", "size", "place", "does"];

/** Sizes in rising order: comparisons are exact because each object has one of these. */
export const SIZES = ["tiny", "small", "big", "huge"] as const;
export type Size = (typeof SIZES)[number];

/** name, color, size, place, what it does; one line an object. */
const TABLE: Readonly<Record<string, string>> = {
  animal: `
    cat black small house drinks milk
    dog brown big garden guards the house
    cow white huge farm gives milk
    duck yellow small lake lays eggs
    frog green tiny lake eats flies
    mouse gray tiny house eats cheese
    elephant gray huge zoo carries wood
    bee yellow tiny garden makes honey`,
  fruit: `
    apple red small garden tastes sweet
    banana yellow small market tastes sweet
    lemon yellow small kitchen tastes sour
    cherry red tiny garden tastes sour
    pear green small market tastes sweet
    grape purple tiny market tastes sweet
    melon green big farm tastes sweet
    pumpkin orange huge farm makes soup`,
  vehicle: `
    car red big garage carries people
    bus blue huge street carries people
    train green huge station carries people
    boat white big lake carries fish
    truck orange huge street carries wood
    bicycle blue small street carries people
    tractor red huge farm pulls trees
    taxi yellow big station carries people`,
  tool: `
    hammer gray small garage hits nails
    knife gray small kitchen cuts bread
    spoon white tiny kitchen stirs soup
    broom brown big kitchen cleans the floor
    pen blue tiny school writes words
    saw orange big garage cuts wood
    lamp white small school gives light
    phone black tiny office calls people`,
  garment: `
    hat black small closet warms the head
    coat brown big closet warms the body
    shoe brown small house warms the foot
    glove purple tiny closet warms the hand
    scarf red small school warms the neck
    sock white tiny closet warms the foot
    shirt blue small office warms the body
    dress orange big market warms the body`,
};

const readRow = (kind: string, row: string): WorldObject => {
  const [name, color, size, place, ...does] = row.trim().split(" ");
  return { name, kind, color, size: size as Size, place, does: does.join(" ") };
};

const readTable = (): WorldObject[] =>
  Object.entries(TABLE).flatMap(([kind, rows]) =>
    rows
      .trim()
      .split("\n")
      .map((row) => readRow(kind, row)),
  );

/** The 40 objects, eight of each kind. */
export const OBJECTS: readonly WorldObject[] = readTable();

const byName = new Map(OBJECTS.map((object) => [object.name, object]));

/** The object of that name, or undefined: replies may name anything. */
export const findObject = (name: string): WorldObject | undefined => byName.get(name);

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** Every value an attribute takes somewhere in the world, in table order. */
export const VALUES: Readonly<Record<Attribute, readonly string[]>> = {
  kind: Object.keys(TABLE),
  color: distinct(OBJECTS.map((object) => object.color)),
  size: SIZES,
  place: distinct(OBJECTS.map((object) => object.place)),
  does: distinct(OBJECTS.map((object) => object.does)),
};

/** Is `first` larger (positive), smaller (negative) or of the same size (0)? In steps of SIZES. */
export const sizeDifference = (first: string, second: string): number => sizeRank(first) - sizeRank(second);

const sizeRank = (name: string): number => SIZES.indexOf(findObject(name)!.size);

/** Number words; the index is the value. */
export const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] as const;

/** The people one can be polite to. */
export const NAMES = ["anna", "ben", "clara", "david", "emma", "felix", "grace", "hugo", "iris", "jack"] as const;

/** What one can be asked to say to them. */
export const GREETINGS = ["hello", "goodbye", "thank you", "sorry", "happy birthday", "good luck"] as const;
