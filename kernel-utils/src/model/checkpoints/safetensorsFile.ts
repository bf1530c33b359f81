import { type FileHandle, open } from "node:fs/promises";
import { CourseError } from "../../errors";
import { checkIsFile } from "./files";
import { decodeValues } from "./safetensors";
import { headerLengthOf, lengthBytes, parseHeader, refuse, type TensorEntry } from "./safetensorsHeader";

/** A safetensors file opened for reading tensor by tensor: at no time is more than one of them in memory. */
export class SafetensorsFile {
  private constructor(
    readonly file: string,
    readonly entries: readonly TensorEntry[],
    private readonly handle: FileHandle,
    private readonly dataStart: number,
  ) {}

  /** Reads and checks the header; nothing is allocated that the file is not long enough for. */
  static async open(file: string): Promise<SafetensorsFile> {
    const handle = await openFile(file);
    try {
      const { size } = await handle.stat();
      const start = await readAt(handle, 0, Math.min(size, lengthBytes), file);
      const headerLength = headerLengthOf(start, size, file);
      const dataStart = lengthBytes + headerLength;
      const json = await readAt(handle, lengthBytes, headerLength, file);
      return new SafetensorsFile(file, parseHeader(json, size - dataStart, file).entries, handle, dataStart);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(entry: TensorEntry): Promise<Float32Array> {
    const bytes = await readAt(this.handle, this.dataStart + entry.begin, entry.end - entry.begin, this.file);
    return decodeValues(entry, bytes, this.file);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  await checkIsFile(file); // first: opening a pipe would wait for ever
  try {
    return await open(file, "r");
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read; save the checkpoint again`, { cause });
  }
}

/** A disk may hand over less than asked for, so it is asked until it is all there. */
async function readAt(handle: FileHandle, position: number, length: number, file: string): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) refuse(file, `ends at byte ${position + done} while it is being read`);
    done += bytesRead;
  }
  return bytes;
}
