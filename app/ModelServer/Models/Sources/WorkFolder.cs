namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Where a model is put together.</summary>
/// <param name="Root">All of it.</param>
internal sealed record WorkFolder(string Root)
{
    /// <summary>What was sent, as it was sent; kept after a failure.</summary>
    public string Downloads => Path.Combine(Root, "downloads");

    /// <summary>The model's folder; empty at first.</summary>
    public string Model => Path.Combine(Root, "model");

    public static WorkFolder Open(string root, bool keepDownloads)
    {
        var work = new WorkFolder(root);
        foreach (var stale in keepDownloads ? new[] { work.Model } : [work.Model, work.Downloads])
        {
            if (Directory.Exists(stale))
            {
                Directory.Delete(stale, recursive: true);
            }
        }
        Directory.CreateDirectory(work.Downloads);
        Directory.CreateDirectory(work.Model);
        return work;
    }

    public void Delete() => Directory.Delete(Root, recursive: true);
}
