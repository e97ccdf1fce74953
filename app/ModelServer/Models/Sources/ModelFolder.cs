using System.Security.Cryptography;
using System.Text;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Finds the model in what was fetched.</summary>
internal static class ModelFolder
{
    // Deeper than anybody packs on purpose.
    private const int MaxDepth = 8;

    /// <summary>
    /// The folder itself, or the one inside it that holds everything: archives often wrap what they hold in a folder. Folders named by a number are
    /// versions, not wrapping.
    /// </summary>
    public static string Descend(string folder)
    {
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            var entries = Directory.EnumerateFileSystemEntries(folder).Take(2).ToArray();
            if (entries.Length != 1 || !Directory.Exists(entries[0]) || Path.GetFileName(entries[0]).All(char.IsAsciiDigit))
            {
                return folder;
            }
            folder = entries[0];
        }
        return folder;
    }

    /// <summary>Gives the only network of a folder the name that it is looked for by.</summary>
    public static void NameNetwork(string root)
    {
        var folder = Descend(root);
        var networks = Directory.GetFiles(folder, "*.onnx");
        if (networks.Length == 1 && Path.GetFileName(networks[0]) != Classifier.NetworkFile)
        {
            File.Move(networks[0], Path.Combine(folder, Classifier.NetworkFile));
        }
    }

    /// <summary>A hash over the names and the contents of all files.</summary>
    public static async Task<string> HashAsync(string folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var line = $"{Path.GetRelativePath(folder, path)}\t{await ContentCheck.Sha256Async(path, cancellationToken)}\n";
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
