namespace Scalelab.Infra.Settings;

/// <summary>What builds the image.</summary>
internal enum ImageBuilder
{
    /// <summary>A Docker engine, from the app's Dockerfile.</summary>
    Docker,

    /// <summary>The .NET SDK by itself.</summary>
    Dotnet,
}
