namespace Scalelab.Registry.Storage;

/// <summary>Small files that are whole or absent at any moment, also after a crash.</summary>
internal sealed class AtomicFile(string temporaryFolder)
{
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(temporaryFolder, Path.GetRandomFileName());
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            // After the move there is nothing left to delete, and deleting nothing is no error.
            File.Delete(temporary);
        }
    }
}
