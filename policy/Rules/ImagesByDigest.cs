using System.Text.RegularExpressions;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed partial class ImagesByDigest() : PodRule(
    "images-by-digest",
    "Images are named by digest",
    "Pods name their images by digest. A tag can be pushed again: then nothing rolls out, or nodes run different images under one name; 'latest' says not even what was meant.")
{
    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context) =>
        pods.All.Select(container => container.Image).Where(image => image.Text is { } text && !Digest().IsMatch(text)).Select(image =>
            $"{image.Path} is {image}, {WhyNot(image.Text!)}. Name it by digest, as registry/name@sha256:…; an image that is built here has it among its outputs.");

    private static string WhyNot(string image)
    {
        // The colon of registry:5000/name is no tag's.
        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? name[(colon + 1)..] : null;
        return tag switch
        {
            null => "which means 'latest': whatever was pushed last",
            "latest" => "whatever was pushed last",
            _ => "a tag that can be pushed again without a rollout",
        };
    }

    [GeneratedRegex("@sha256:[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
