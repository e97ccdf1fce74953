namespace Scalelab.Engine;

public enum UpdateKind
{
    Preview,
    Up,
    Destroy,
    Refresh,
}
